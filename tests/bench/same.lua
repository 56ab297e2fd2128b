-- The same request again and again; what it is say wrk's own arguments.

function done(summary, latency)
    io.write(string.format("JSON %d %d %d %d\n", summary.requests,
                           summary.duration, summary.errors.status,
                           latency:percentile(99)))
end
