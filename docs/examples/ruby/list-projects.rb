# Lists the projects the token can see.
# Run it with: ruby list-projects.rb
require 'json'
require 'net/http'

URL = "#{ENV.fetch('ASSAY_URL', 'http://127.0.0.1:3000')}/api/v2"

def get(address)
  uri = URI(address)
  request = Net::HTTP::Get.new(uri)
  request.basic_auth ENV.fetch('ASSAY_EMAIL'), ENV.fetch('ASSAY_TOKEN')
  answer = Net::HTTP.start(uri.host, uri.port, use_ssl: uri.scheme == 'https') { |http| http.request(request) }
  json = JSON.parse(answer.body)
  abort json['errors'].map { |error| error['title'] }.join("\n") unless answer.code == '200'
  json
end

get("#{URL}/projects.json")['data'].each do |project|
  puts "project #{project['id']}: #{project['attributes']['name']}"
end
