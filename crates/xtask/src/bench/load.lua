-- The requests of one measurement, for wrk. What they are stands in the file that the
-- variable CPOR_BENCH_PLAN names; load.rs writes it and reads what done() prints.

local plan = dofile(os.getenv("CPOR_BENCH_PLAN"))

-- A claim has the same id in every database: scattered in front, its number behind. The
-- statements that seed write it in the same way.
local function scattered(number)
   return (number * 2654435761) % 4294967296
end

local function id_of(number)
   return string.format("%08x-0000-4000-8000-%012x", scattered(number), number)
end

local function tenant_of(number)
   local tenant = math.floor(number / 5)
   return string.format("%08x-0000-4000-9000-%012x", scattered(tenant), tenant)
end

local function random_id()
   return string.format("%08x-%04x-4%03x-8%03x-%06x%06x", math.random(0, 4294967295),
      math.random(0, 65535), math.random(0, 4095), math.random(0, 4095),
      math.random(0, 16777215), math.random(0, 16777215))
end

local function any_number()
   return math.random(0, plan.claims - 1)
end

-- In the one state of the whole run.

local threads = {}

function setup(thread)
   local address = plan.addresses[#threads % #plan.addresses + 1]
   thread.addr = wrk.lookup(address.host, address.port)[1]
   thread:set("place", #threads)
   table.insert(threads, thread)
end

function done(summary, latency, requests)
   local refused, again, example = 0, 0, ""
   for _, thread in ipairs(threads) do
      refused = refused + thread:get("refused")
      again = again + thread:get("again")
      if example == "" then example = thread:get("example") end
   end
   local errors = summary.errors
   io.write(string.format(
      '\n{"requests": %d, "duration_us": %d, "p50_us": %d, "p99_us": %d, "max_us": %d, ' ..
      '"refused": %d, "again": %d, "lost": %d}\n', summary.requests, summary.duration,
      latency:percentile(50), latency:percentile(99), latency.max, refused, again,
      errors.connect + errors.read + errors.write + errors.timeout))
   if example ~= "" then io.write("refused: ", example, "\n") end
end

-- In the state of each thread.

refused = 0
-- Requests that the server asked to be sent again; the claim of one is changed no more.
again = 0
example = ""
local sent = 0
-- Numbers of claims that this thread alone changes, and what is known of each. One that is
-- under way is not among those that wait.
local waiting, first, last = {}, 1, 0
local etags = {}

local function wait(number, etag)
   last = last + 1
   waiting[last] = number
   etags[number] = etag
end

function init()
   math.randomseed(plan.seed * 7919 + place)
   for _ = 1, 10 do math.random() end
   if plan.ids ~= "own" then return end
   -- Every third claim of every second one, over the whole range.
   local own = math.floor((plan.claims - 6) / 6)
   local step = math.max(1, math.floor(own / 20000))
   for index = 0, own - 1, step do
      local number = 2 + plan.half + 2 * (place + 3 * index)
      wait(number, string.format('"%.0f"', plan.etag_base + plan.etag_step * number))
   end
end

function request()
   sent = sent + 1
   local values = { count = tostring(sent), key = random_id() }
   if plan.ids == "own" then
      local number = waiting[first]
      if not number then error("no claim is left to change: fewer connections, or more claims") end
      waiting[first] = nil
      first = first + 1
      values.id, values.tenant, values.etag = id_of(number), tenant_of(number), etags[number]
   else
      values.id = plan.ids == "new" and random_id() or id_of(any_number())
      values.tenant = tenant_of(any_number())
   end
   local headers = {}
   for name, value in pairs(plan.headers) do
      headers[name] = value:gsub("@(%l+)@", values)
   end
   local path = plan.path:gsub("@(%l+)@", values)
   local body = plan.body and plan.body:gsub("@(%l+)@", values)
   return wrk.format(plan.method, path, headers, body)
end

function response(status, headers, body)
   if status ~= plan.expects then
      if plan.again and body:find(plan.again, 1, true) then
         again = again + 1
         return
      end
      refused = refused + 1
      if example == "" then example = status .. " " .. body:sub(1, 500) end
      return
   end
   if plan.ids == "own" then
      local number = tonumber(body:match('"id": ?"%x+%-%x+%-%x+%-%x+%-(%x+)"'), 16)
      for name, value in pairs(headers) do
         if name:lower() == "etag" then wait(number, value) end
      end
   end
end
