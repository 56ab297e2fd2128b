-- Products by id, uniformly among COUNT of them; with a SLUG, by slug.

local count = tonumber(os.getenv("COUNT"))
local path = "/api/v1/products/" .. (os.getenv("SLUG") or "")
local seed = 0

function setup(thread)
    seed = seed + 1
    thread:set("seed", seed)
end

function init()
    math.randomseed(seed)
end

function request()
    return wrk.format("GET", path .. math.random(count))
end

function done(summary, latency)
    io.write(string.format("JSON %d %d %d %d\n", summary.requests,
                           summary.duration, summary.errors.status,
                           latency:percentile(99)))
end
