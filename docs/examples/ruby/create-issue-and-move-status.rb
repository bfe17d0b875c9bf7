# Creates an issue and moves it along the workflow, from "new" to "open".
# Run it with: ruby create-issue-and-move-status.rb
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

# A personal token knows its user, an account token has none of its own.
reported = { title: 'The total is missing', priority: '2-high', 'author-id': USER }
path = "/projects/#{PROJECT}/issues"
issue = call(Net::HTTP::Post, "#{path}.json", { data: { type: 'issues', attributes: reported } })['data']
puts "issue #{issue['id']}: #{issue['attributes']['status-name']}"
moved = { data: { type: 'issues', attributes: { 'status-name': 'open', 'user-id': USER } } }
issue = call(Net::HTTP::Put, "#{path}/#{issue['id']}/update_status.json", moved)['data']
puts "issue #{issue['id']}: #{issue['attributes']['status-name']}"
