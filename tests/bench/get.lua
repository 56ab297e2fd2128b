-- Products by id, uniformly among COUNT of them; with a SLUG, by slug.

local count = tonumber(os.getenv("COUNT"))
local head = "GET /api/v1/products/" .. (os.getenv("SLUG") or "")
local tail = " HTTP/1.1\r\n"
local seed = 0

function setup(thread)
    seed = seed + 1
    thread:set("seed", seed)
end

-- As in orders.lua: made once, not by wrk.format() for each request.
function init()
    math.randomseed(seed)

    for name, value in pairs(wrk.headers) do
        tail = tail .. name .. ": " .. value .. "\r\n"
    end

    tail = tail .. "\r\n"
end

function request()
    return head .. math.random(count) .. tail
end

function done(summary, latency)
    io.write(string.format("JSON %d %d %d %d\n", summary.requests,
                           summary.duration, summary.errors.status,
                           latency:percentile(99)))
end
