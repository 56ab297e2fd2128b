-- Orders of ITEMS different variants among COUNT, each under a key of its
-- own. TOKENS is a file of access tokens, one a line: one buyer is not all.
-- PLACE is another path than that of orders, MORE further members of the body.

local count = tonumber(os.getenv("COUNT"))
local items = tonumber(os.getenv("ITEMS"))
local step = tonumber(os.getenv("STEP"))
local run = os.getenv("RUN")
local place = os.getenv("PLACE") or "/api/v1/orders"
local more = os.getenv("MORE") or ""
local heads = {}
local number = 0
local thread_count = 0

function setup(thread)
    thread_count = thread_count + 1
    thread:set("id", thread_count)
end

-- What requests of one token have in common is made once: wrk.format() would
-- take as long for each as a gateway does, on the gateway's processors.
function init()
    math.randomseed(id * 7919)

    for token in io.lines(os.getenv("TOKENS")) do
        heads[#heads + 1] = "POST " .. place .. " HTTP/1.1\r\nHost: "
            .. wrk.headers["Host"] .. "\r\nAuthorization: Bearer " .. token
            .. "\r\nContent-Type: application/json\r\nIdempotency-Key: "
            .. run .. "-" .. id .. "-"
    end
end

local function body()
    local first = math.random(count)
    local text = '{"items":[{"variant_id":' .. step * first
    for n = 2, items do
        local other = (first + math.random(count - 1) - 1) % count + 1
        text = text .. ',"quantity":1},{"variant_id":' .. step * other
    end
    return text .. ',"quantity":1}]' .. more .. "}"
end

function request()
    number = number + 1
    local text = body()

    return heads[number % #heads + 1] .. number .. "\r\nContent-Length: "
        .. #text .. "\r\n\r\n" .. text
end

function done(summary, latency)
    io.write(string.format("JSON %d %d %d %d\n", summary.requests,
                           summary.duration, summary.errors.status,
                           latency:percentile(99)))
end
