# Links a test to a requirement and reads what that makes of its status.
# Run it with: ruby link-requirement.rb
require 'json'
require 'net/http'

URL = "#{ENV.fetch('ASSAY_URL', 'http://127.0.0.1:3000')}/api/v2"
PROJECT = ENV.fetch('ASSAY_PROJECT')
REQUIREMENT = ENV.fetch('ASSAY_REQUIREMENT')
TEST = ENV.fetch('ASSAY_TEST')

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

path = "/projects/#{PROJECT}/requirements/#{REQUIREMENT}"
# POST adds, PATCH replaces, DELETE removes; the answer lists the tests that are linked now.
linked = call(Net::HTTP::Post, "#{path}/relationships/tests.json", { data: [{ id: TEST, type: 'tests' }] })
linked['data'].each { |test| puts "linked test #{test['id']}" }
requirement = call(Net::HTTP::Get, "#{path}.json")['data']
puts "requirement #{requirement['id']}: #{requirement['attributes']['run-status']}"
