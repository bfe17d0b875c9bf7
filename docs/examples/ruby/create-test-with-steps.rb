# Creates a test with two steps.
# Run it with: ruby create-test-with-steps.rb
require 'json'
require 'net/http'

URL = "#{ENV.fetch('ASSAY_URL', 'http://127.0.0.1:3000')}/api/v2"
PROJECT = ENV.fetch('ASSAY_PROJECT')
USER = ENV.fetch('ASSAY_USER')

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

test = {
  type: 'tests',
  # A personal token knows its author, an account token has none of its own.
  attributes: { name: 'Pay by card', 'author-id': USER, 'test-type': 'ScriptedTest' },
  steps: {
    data: [
      { name: 'Open the basket', 'expected-results': 'The total is shown' },
      { name: 'Pay', description: 'Use card 4111', 'expected-results': 'A receipt is sent' }
    ]
  }
}
created = call(Net::HTTP::Post, "/projects/#{PROJECT}/tests.json", { data: test })['data']
puts "test #{created['id']}: #{created['attributes']['name']}, #{created['attributes']['steps-count']} steps"
