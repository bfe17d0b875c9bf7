# Deletes a test with its steps, instances and runs.
# Run it with: ruby delete-test.rb
require 'json'
require 'net/http'

URL = "#{ENV.fetch('ASSAY_URL', 'http://127.0.0.1:3000')}/api/v2"
PROJECT = ENV.fetch('ASSAY_PROJECT')
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

deleted = call(Net::HTTP::Delete, "/projects/#{PROJECT}/tests/#{TEST}.json")['data']
puts "deleted test #{deleted['id']}"
