# Uploads a failed run and attaches the file at ASSAY_FILE to it.
# Run it with: ruby upload-with-attachments.rb
require 'json'
require 'net/http'

URL = "#{ENV.fetch('ASSAY_URL', 'http://127.0.0.1:3000')}/api/v2"
PROJECT = ENV.fetch('ASSAY_PROJECT')
INSTANCE = ENV.fetch('ASSAY_INSTANCE')
FILE = ENV.fetch('ASSAY_FILE')

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

content = [File.binread(FILE)].pack('m0')
result = {
  type: 'runs',
  attributes: { 'instance-id': INSTANCE, 'exit-code': 1 },
  files: { data: [{ filename: File.basename(FILE), content_encoded: content }] }
}
run = call(Net::HTTP::Post, "/projects/#{PROJECT}/runs.json", { data: result })['data']
puts "run #{run['id']}: #{run['attributes']['status']}"
path = "/projects/#{PROJECT}/attachments.json?entity=run&entity-id=#{run['id']}"
call(Net::HTTP::Get, path)['data'].each do |file|
  puts "attachment #{file['id']}: #{file['attributes']['name']}, #{file['attributes']['size']} bytes"
end
