# Finds the tests tagged "smoke" whose latest run failed.
# Run it with: ruby query-with-ptql.rb
require 'json'
require 'net/http'

URL = "#{ENV.fetch('ASSAY_URL', 'http://127.0.0.1:3000')}/api/v2"
PROJECT = ENV.fetch('ASSAY_PROJECT')

def get(address)
  uri = URI(address)
  request = Net::HTTP::Get.new(uri)
  request.basic_auth ENV.fetch('ASSAY_EMAIL'), ENV.fetch('ASSAY_TOKEN')
  answer = Net::HTTP.start(uri.host, uri.port, use_ssl: uri.scheme == 'https') { |http| http.request(request) }
  json = JSON.parse(answer.body)
  abort json['errors'].map { |error| error['title'] }.join("\n") unless answer.code == '200'
  json
end

ptql = "'Run Status' = FAILED AND Tags = smoke"
found = get("#{URL}/projects/#{PROJECT}/tests.json?#{URI.encode_www_form(ptql: ptql)}")
found['data'].each { |test| puts "test #{test['id']}: #{test['attributes']['name']}" }
puts "#{found['meta']['total-count']} found"
