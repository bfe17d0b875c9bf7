# Creates a test set with an instance of each test in ASSAY_TESTS ("70,71").
# Run it with: ruby create-set-with-instances.rb
require 'json'
require 'net/http'

URL = "#{ENV.fetch('ASSAY_URL', 'http://127.0.0.1:3000')}/api/v2"
PROJECT = ENV.fetch('ASSAY_PROJECT')
TESTS = ENV.fetch('ASSAY_TESTS')

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

set = {
  type: 'sets',
  attributes: { name: 'Nightly', version: '1.5' },
  instances: { 'test-ids': TESTS.split(',') }
}
created = call(Net::HTTP::Post, "/projects/#{PROJECT}/sets.json", { data: set })['data']
puts "set #{created['id']}: #{created['attributes']['name']}"
# Runs are uploaded to instances: these are their ids.
call(Net::HTTP::Get, "/projects/#{PROJECT}/instances.json?set-ids=#{created['id']}")['data'].each do |instance|
  puts "instance #{instance['id']}: #{instance['attributes']['name']}"
end
