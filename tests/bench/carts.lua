-- With CARTS, a file of carts, one a line: puts one of five goods into one of
-- them. Without: quotes of two of COUNT products, sent to a state by its
-- postal code.

local count = tonumber(os.getenv("COUNT"))
local step = tonumber(os.getenv("STEP"))
local carts = {}
local thread_count = 0
local headers = { ["Content-Type"] = "application/json" }

if os.getenv("CARTS") ~= "" then
    for line in io.lines(os.getenv("CARTS")) do
        carts[#carts + 1] = line
    end
end

function setup(thread)
    thread_count = thread_count + 1
    thread:set("id", thread_count)
end

function init()
    math.randomseed(id * 7919 + os.time())
end

local function add()
    local cart = math.random(#carts)
    local variant = step * ((cart * 7 + math.random(5)) % count + 1)
    return wrk.format("POST", "/api/v1/carts/" .. carts[cart] .. "/items",
                      headers, string.format(
                      '{"variant_id":%d,"quantity":1}', variant))
end

local function quote()
    return wrk.format("POST", "/api/v1/quotes", headers, string.format(
        '{"items":[{"variant_id":%d,"quantity":1},' ..
        '{"variant_id":%d,"quantity":2}],' ..
        '"destination":{"postal_code":"01310-100"},' ..
        '"shipping_method":"padrao"}',
        step * math.random(count), step * math.random(count)))
end

function request()
    if #carts ~= 0 then
        return add()
    end
    return quote()
end

function done(summary, latency)
    io.write(string.format("JSON %d %d %d %d\n", summary.requests,
                           summary.duration, summary.errors.status,
                           latency:percentile(99)))
end
