-- Products by id, uniformly among COUNT of them; with a SLUG, by slug.

local count = tonumber(os.getenv("COUNT"))
local head = "GET /api/v1/products/" .. (os.getenv("SLUG") or "")
local tail = " HTTP/1.1\r\n"
local thread_count = 0

function setup(thread)
    thread_count = thread_count + 1
    thread:set("id", thread_count)
end

-- As in orders.lua: made once, not by wrk.format() for each request.
function init()
    math.randomseed(id * 7919 + os.time())

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
