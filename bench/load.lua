-- For wrk: GET without arguments, else POST the lines of the file that is named after `--`: a single
-- line again and again, several lines once each, until they are used up. Ends with one line of JSON.
local requests = {}
local used = 0

init = function(args)
  if args[1] == nil then return end
  wrk.method = "POST"
  wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"
  local count, last = 0, nil
  for line in io.lines(args[1]) do
    count = count + 1
    last = line
    requests[count] = wrk.format(nil, nil, nil, line)
  end
  if count == 1 then
    wrk.body = last
    return
  end
  request = function()
    used = used + 1
    if used >= #requests then wrk.thread:stop() end
    return requests[math.min(used, #requests)]
  end
end

done = function(summary, latency)
  local errors = summary.errors
  local shares = {}
  for permille = 0, 999 do
    shares[#shares + 1] = string.format("%d", latency:percentile(permille / 10 + 0.05))
  end
  io.write(string.format(
    '{"requests":%d,"micros":%d,"p50":%d,"p99":%d,"max":%d,"refused":%d,"broken":%d,"shares":[%s]}\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99), latency.max,
    errors.status, errors.connect + errors.read + errors.write + errors.timeout, table.concat(shares, ",")))
end
