-- Orders of ITEMS different variants among COUNT, each under a key of its
-- own. TOKENS is a file of access tokens, one a line: one buyer is not all.
-- PLACE is another path than that of orders, MORE further members of the body.

local count = tonumber(os.getenv("COUNT"))
local items = tonumber(os.getenv("ITEMS"))
local step = tonumber(os.getenv("STEP"))
local run = os.getenv("RUN")
local place = os.getenv("PLACE") or "/api/v1/orders"
local more = os.getenv("MORE") or ""
local tokens = {}
local number = 0
local thread_count = 0

for line in io.lines(os.getenv("TOKENS")) do
    tokens[#tokens + 1] = line
end

function setup(thread)
    thread_count = thread_count + 1
    thread:set("id", thread_count)
end

function init()
    math.randomseed(id * 7919)
end

local function body()
    local first = math.random(count)
    local line = '{"variant_id":%d,"quantity":1}'
    local text = string.format(line, step * first)
    for n = 2, items do
        local other = (first + math.random(count - 1) - 1) % count + 1
        text = text .. "," .. string.format(line, step * other)
    end
    return '{"items":[' .. text .. "]" .. more .. "}"
end

function request()
    number = number + 1
    local headers = {
        ["Content-Type"] = "application/json",
        ["Authorization"] = "Bearer " .. tokens[number % #tokens + 1],
        ["Idempotency-Key"] = string.format("%s-%d-%d", run, id, number),
    }
    return wrk.format("POST", place, headers, body())
end

function done(summary, latency)
    io.write(string.format("JSON %d %d %d %d\n", summary.requests,
                           summary.duration, summary.errors.status,
                           latency:percentile(99)))
end
