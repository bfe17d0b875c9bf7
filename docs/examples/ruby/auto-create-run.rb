# Uploads a run; the test and its instance in the set are created if they are missing.
# Run it with: ruby auto-create-run.rb
require 'json'
require 'net/http'

URL = "#{ENV.fetch('ASSAY_URL', 'http://127.0.0.1:3000')}/api/v2"
PROJECT = ENV.fetch('ASSAY_PROJECT')
SET = ENV.fetch('ASSAY_SET')

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
  attributes: { 'set-id': SET, 'exit-code': 0 },
  'test-attributes': { name: 'Search finds a product', 'test-type': 'ApiTest', tags: ['search'] }
}
answer = call(Net::HTTP::Post, "/projects/#{PROJECT}/runs/auto_create.json", { data: result })
puts "run #{answer['data']['id']}: #{answer['data']['attributes']['status']}"
# Each key is there only if something was created.
answer['meta'].slice('created-test', 'created-instance').each { |key, id| puts "#{key} #{id}" }
