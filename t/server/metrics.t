#!/usr/bin/perl
# GET /metrics: for scrapers on this machine, never through the site; figures
# that add up, also over the deaths of workers.
use v5.36;
use List::Util qw(sum0);
use Test::More;
use Cruddur::FCGI;
use Cruddur::Stack qw(wait_for);

my $stack = Cruddur::Stack->start(settings => { CRUDDUR_WORKERS => 3 });
my $fcgi = Cruddur::FCGI->new(socket => $stack->socket);
my $http = $stack->http;

sub text {
	return $fcgi->request(GET => '/metrics', params => { CRUDDUR_LOCAL => 1 })
	    ->{content};
}

# name{labels} => value
sub metrics {
	return map { /^([^#]\S*) (\S+)$/ ? ($1 => $2) : () } split /\n/, text();
}

sub count ($route, $method, $status) {
	my %m = metrics();
	return $m{qq(http_server_request_duration_seconds_count{http_route="$route",)
	    . qq(http_request_method="$method",http_response_status_code="$status"\})}
	    // 0;
}

# Who may see them.
is $http->get('/metrics')->{status}, 404, 'not through the site';
is $http->get('/metrics', headers => { 'CRUDDUR-LOCAL' => 1 })->{status}, 404,
    'not by a header either';
is $http->get('/api/../metrics')->{status}, 404, 'nor by a way around';
is $http->get('/api/%2e%2e/metrics')->{status}, 404, 'nor by a coded one';
is $fcgi->request(GET => '/metrics')->{status}, 404,
    'not on the socket without the word';
is $fcgi->request(GET => '/metrics',
	headers => { 'Cruddur-Local' => 1 })->{status}, 404,
    'which no header of a client is';
my $scrape = HTTP::Tiny->new->get($stack->metrics_url);
is $scrape->{status}, 200, 'for scrapers on 127.0.0.1';
is $scrape->{headers}{'content-type'},
    'text/plain; version=0.0.4; charset=utf-8', 'in Prometheus text';

# The text itself: each line is a comment or a sample, each metric has a type.
{
	my (%type, @bad, @untyped);
	for (split /\n/, text()) {
		if (/^# TYPE (\S+) (histogram|counter|gauge)$/) {
			$type{$1} = $2;
		} elsif (!/^#/) {
			push @bad, $_ if !/^[a-z_]+(\{(\w+="[^"]*",?)+\})? [0-9.]+$/;
			my $name = s/[{ ].*//r;
			push @untyped, $name if !$type{$name}
			    && !$type{ $name =~ s/_(bucket|sum|count)$//r };
		}
	}
	is_deeply \@bad, [], 'every line is well formed';
	is_deeply \@untyped, [], 'every metric has a type';
	is $type{http_server_request_duration_seconds}, 'histogram', 'requests';
	is $type{cruddur_backend_call_duration_seconds}, 'histogram', 'calls';
	is $type{cruddur_backend_retries_total}, 'counter', 'retries';
	is $type{cruddur_workers}, 'gauge', 'workers';
}

# Requests are counted by route and status.
my $before = count('/api/users/@{handle}/short', 'GET', 200);
my $missing = count('/api/users/@{handle}/short', 'GET', 404);
$http->get('/api/users/@bayko/short') for 1 .. 7;
$http->get('/api/users/@nobody/short') for 1 .. 3;
is count('/api/users/@{handle}/short', 'GET', 200), $before + 7, 'seven 200s';
is count('/api/users/@{handle}/short', 'GET', 404), $missing + 3, 'three 404s';
$http->get('/api/message_groups') for 1 .. 2;
is count('/api/message_groups', 'GET', 401), 2, 'two 401s';
my %m = metrics();
cmp_ok $m{'cruddur_backend_call_duration_seconds_count'
    . '{backend="postgresql",result="ok"}'}, '>=', 10, 'calls of Postgres';

# Buckets grow, the last one is the count.
{
	my @lines = grep { m{health-check"} && /_bucket/ } split /\n/, do {
		$http->get('/api/health-check') for 1 .. 20;
		text();
	};
	my @values = map { / (\d+)$/ } @lines;
	is scalar @values, 15, 'fifteen buckets';
	is_deeply \@values, [sort { $a <=> $b } @values], 'they add up';
	is $values[-1], count('/api/health-check', 'GET', 200), 'to the count';
}

# Nothing is lost with a worker.
{
	my $n = count('/api/health-check', 'GET', 200);
	my $master = $stack->pid('api');
	open my $in, '<', "/proc/$master/task/$master/children" or die $!;
	kill KILL => split ' ', <$in>;
	wait_for {
		my %now = metrics();
		($now{'cruddur_workers{state="idle"}'} // 0) == 2
		    && $now{'cruddur_workers{state="working"}'} == 1
	} 'three workers again';
	is count('/api/health-check', 'GET', 200), $n,
	    'all workers were killed, and their counts are there';
}

done_testing;
