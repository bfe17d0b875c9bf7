# Uploads a run with the result of each step; the steps decide its status.
# Run it with: ruby upload-with-steps.rb
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
  type: 'runs',
  attributes: { 'instance-id': INSTANCE, 'run-duration': '00:01:30' },
  steps: {
    data: [
      { name: 'Open the basket', status: 'PASSED' },
      { name: 'Pay', 'expected-results': 'A receipt is sent', 'actual-results': 'No receipt', status: 'FAILED' }
    ]
  }
}
run = call(Net::HTTP::Post, "/projects/#{PROJECT}/runs.json", { data: result })['data']
puts "run #{run['id']}: #{run['attributes']['status']}"
call(Net::HTTP::Get, "/projects/#{PROJECT}/step_runs.json?run-ids=#{run['id']}")['data'].each do |step|
  puts "step #{step['attributes']['position']}: #{step['attributes']['status']}"
end
