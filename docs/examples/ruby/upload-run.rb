# Uploads the result of one automated test.
# Run it with: ruby upload-run.rb
require 'json'
require 'net/http'

URL = "#{ENV.fetch('ASSAY_URL', 'http://127.0.0.1:3000')}/api/v2"
PROJECT = ENV.fetch('ASSAY_PROJECT')
INSTANCE = ENV.fetch('ASSAY_INSTANCE')

def call(verb, path, body = nil)
  uri = URI("#{URL}#{path}")
  request = verb.new(uri, 'Content-Type' => 'application/json')
  request.basic_auth ENV.fetch('ASSAY_EMAIL'), ENV.fetch('ASSAY_TOKEN')
  request.body = body.to_json if body
  answer = Net::HTTP.start(uri.host, uri.port, use_ssl: uri.scheme == 'https') { |http| http.request(request) }
  json = JSON.parse(answer.body)
  abort json['errors'].map { |error| error['title'] }.join("\n") unless answer.code == '200'
  json
end

result = {
  'instance-id': INSTANCE,
  'exit-code': 0,
  'run-duration': '00:00:42',
  'automated-execution-output': '12 assertions, 0 failures'
}
run = call(Net::HTTP::Post, "/projects/#{PROJECT}/runs.json", { data: { type: 'runs', attributes: result } })['data']
puts "run #{run['id']}: #{run['attributes']['status']}"
