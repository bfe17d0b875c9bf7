# Reads every run of a set, a page of up to 100 at a time.
# Run it with: ruby read-results-page-by-page.rb
require 'json'
require 'net/http'

URL = "#{ENV.fetch('ASSAY_URL', 'http://127.0.0.1:3000')}/api/v2"
PROJECT = ENV.fetch('ASSAY_PROJECT')
SET = ENV.fetch('ASSAY_SET')

def get(address)
  uri = URI(address)
  request = Net::HTTP::Get.new(uri)
  request.basic_auth ENV.fetch('ASSAY_EMAIL'), ENV.fetch('ASSAY_TOKEN')
  answer = Net::HTTP.start(uri.host, uri.port, use_ssl: uri.scheme == 'https') { |http| http.request(request) }
  json = JSON.parse(answer.body)
  abort json['errors'].map { |error| error['title'] }.join("\n") unless answer.code == '200'
  json
end

address = "#{URL}/projects/#{PROJECT}/runs.json?set-ids=#{SET}"
runs = []
while address
  page = get(address)
  runs.concat(page['data'])
  puts "page #{page['meta']['current-page']}: #{page['data'].size} runs"
  # The last page has no "next"; the others name a whole URL.
  address = page['links']['next']
end
failed = runs.count { |run| run['attributes']['status'] == 'FAILED' }
puts "#{runs.size} runs, #{failed} failed"
