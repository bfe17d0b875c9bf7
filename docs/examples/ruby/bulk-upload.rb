# Uploads up to 100 runs in one call: ASSAY_RESULTS holds instance:exit-code pairs ("91:0,92:1").
# Run it with: ruby bulk-upload.rb
require 'json'
require 'net/http'

URL = "#{ENV.fetch('ASSAY_URL', 'http://127.0.0.1:3000')}/api/v2"
PROJECT = ENV.fetch('ASSAY_PROJECT')
RESULTS = ENV.fetch('ASSAY_RESULTS')

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

runs = RESULTS.split(',').map do |result|
  instance, exit_code = result.split(':')
  { type: 'runs', attributes: { 'instance-id': instance, 'exit-code': exit_code } }
end
# All of them are stored, or, if one is refused, none. The answer has the order of the request;
# a single run is answered by itself, without an array around it.
[call(Net::HTTP::Post, "/projects/#{PROJECT}/runs.json", { data: runs })['data']].flatten.each do |run|
  puts "run #{run['id']} of instance #{run['attributes']['instance-id']}: #{run['attributes']['status']}"
end
