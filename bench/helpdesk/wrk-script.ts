// What wrk sends to the help desk: the same polls as our engine, each request built once.

export type Call = 'combined' | 'published'

/** A script that goes through the tabs of a file, one request each. */
export function wrkScript(call: Call, { file, since }: { file: string; since: string }): string {
  const requests =
    call === 'combined'
      ? `add("/api/updates", { Authorization = "Bearer " .. token, ["If-None-Match"] = tag })`
      : `
    local headers = { Authorization = "Bearer " .. token }
    add("/api/conversations/updates?userId=" .. id .. "&since=${since}", headers)
    add("/api/messages/updates?userId=" .. id .. "&since=${since}", headers)
    add("/api/expert-queue/updates?expertId=" .. id .. "&since=${since}", headers)`
  return `
local requests = {}
local function add(path, headers)
  headers.Host = wrk.headers.Host
  requests[#requests + 1] = wrk.format("GET", path, headers)
end
function init(args)
  for line in io.lines("${file}") do
    local id, token, tag = line:match("(%S+) (%S+) (%S+)")
    ${requests}
  end
end
local n = 0
function request()
  n = n % #requests + 1
  return requests[n]
end`
}
