#!/usr/bin/perl
# nginx/: the site as it is shipped, limits included, in front of the real API.
use v5.36;
use File::Temp qw(tempdir);
use IO::Socket::SSL;
use JSON::PP qw(decode_json);
use Test::More;
use Time::HiRes qw(time);
use Cruddur::Stack qw(slurp wait_for);

my $stack = Cruddur::Stack->start(rate => 'shipped');
my $http = $stack->http;

# nginx counts by address: what one calls too often harms no other.
sub from ($address) {
	return Cruddur::HTTP->new(url => $stack->url,
	    ca_file => $stack->ca_file, stack => $stack, from => $address);
}

subtest 'nginx takes the files as they are' => sub {
	my $dir = tempdir(CLEANUP => 1);
	my ($tls) = $stack->ca_file =~ m{(.*)/};
	system('cp', '-r', glob('nginx/*'), $dir) == 0 or die;
	system('sed', '-i', "s|/etc/ssl/certs/cruddur|$tls/localhost|;"
	    . "s|/etc/ssl/private/cruddur|$tls/localhost|", "$dir/cruddur.conf");
	open my $out, '>', "$dir/nginx.conf" or die $!;
	print $out "events {}\nhttp { include cruddur.conf; }\n";
	close $out;
	my $said = `nginx -t -p $dir/ -c nginx.conf 2>&1`;
	like $said, qr/test is successful/, 'nginx -t';
	unlike $said, qr/\[warn\]/, 'without a warning' or diag $said;
};

subtest 'TLS and HTTP/2' => sub {
	my ($port) = $stack->url =~ /(\d+)$/;
	my $any = 'DEFAULT:@SECLEVEL=0';
	my @cases = (['TLSv1_1', $any, 0], ['TLSv1_2', $any, 1],
		['TLSv1_3', $any, 1], # of the ciphers of 1.2, those with AEAD
		['TLSv1_2', 'ECDHE-ECDSA-AES128-GCM-SHA256', 1],
		['TLSv1_2', 'ECDHE-ECDSA-AES128-SHA256', 0]);
	for my $case (@cases) {
		my ($version, $ciphers, $want) = @$case;
		my $socket = IO::Socket::SSL->new(
			PeerAddr => 'localhost', PeerPort => $port,
			SSL_version => $version, SSL_ca_file => $stack->ca_file,
			SSL_cipher_list => $ciphers,
		);
		is $socket ? 1 : 0, $want, "$version, $ciphers";
	}
	my $version = `curl -s -o /dev/null -w '%{http_version}' --cacert @{[
	    $stack->ca_file]} @{[$stack->url]}/`;
	is $version, 2, 'HTTP/2';
	my $plain = $stack->{ports}[1];
	my $r = HTTP::Tiny->new(max_redirect => 0)
	    ->get("http://127.0.0.1:$plain/messages?x=1");
	is $r->{status}, 301, 'plain HTTP is sent away';
	is $r->{headers}{location}, $stack->url . '/messages?x=1', 'to TLS';
};

# [what, method, path, options, status]: nginx's own answers for the API
my @cases = (
	['body of 64 KiB and 1', POST => '/api/messages',
		{ content => 'x' x 65_537 }, 413],
	['address of 20 kB', GET => '/api/' . 'x' x 20_000, {}, 414],
	['address of 5 kB', GET => '/api/' . 'x' x 5_000, {}, 414],
	['header of 40 kB', GET => '/api/health-check',
		{ headers => { 'X-Long' => 'x' x 40_000 } }, 400],
	['path that leaves the root', GET => '/../../etc/passwd', {}, 400],
	['method that nginx refuses', TRACE => '/api/health-check', {}, 405],
	['transfer coding that nobody knows', POST => '/api/none',
		{ headers => { 'Transfer-Encoding' => 'gzip' } }, 501],
);

subtest 'problem documents' => sub {
	for my $case (@cases) {
		my ($what, $method, $path, $options, $status) = @$case;
		my $r = $http->request($method, $path, %$options);
		is $r->{status}, $status, $what;
		problem($r, $status, $what);
	}
	my $bytes = $http->raw("GET / HTTP/1.1\r\n\r\n");
	like $bytes, qr{^HTTP/1.1 400.*problem\+json.*"status":400\}}s, 'no host';
	$bytes = $http->raw("GET /api/none HTTP/4.0\r\nHost: localhost\r\n\r\n");
	like $bytes, qr{^HTTP/1.1 505.*problem\+json.*"status":505\}}s,
	    'HTTP of the future';
};

sub problem ($r, $status, $what) {
	is $r->{headers}{'content-type'}, 'application/problem+json',
	    "$what: type";
	is $r->{json}{status}, $status, "$what: says $status";
	ok length $r->{json}{detail}, "$what: says what";
	ok !$r->{json}{errors}, "$what: its status is its code";
	like $r->{headers}{'x-request-id'}, qr/^[0-9a-f]{32}$/, "$what: has an id";
}

subtest 'headers of every answer' => sub {
	for my $path ('/', '/messages/x', '/assets/none.js', '/api/health-check',
	    '/api/none', '/api', '/metrics') {
		my $h = $http->get($path)->{headers};
		my @twice = grep { ref $h->{$_} } keys %$h;
		is "@twice", '', "$path: no header twice";
		like $h->{'strict-transport-security'}, qr/max-age=\d{8}/, $path;
		is $h->{'x-content-type-options'}, 'nosniff', $path;
		ok $h->{'referrer-policy'}, $path;
		like $h->{'content-security-policy'}, qr/default-src 'none'/, $path;
		like $h->{'content-security-policy'}, qr/frame-ancestors 'none'/, $path;
		unlike $h->{'content-security-policy'}, qr/unsafe|\*/, $path;
		ok $h->{'x-request-id'}, $path;
		unlike $h->{server}, qr/\d/, "$path: no version";
	}
};

subtest 'the web client' => sub {
	my $page = $http->get('/');
	is $page->{status}, 200, 'page';
	is $page->{headers}{'cache-control'}, 'no-cache', 'is asked for again';
	is $page->{headers}{'content-type'}, 'text/html; charset=utf-8', 'type';
	is $http->get('/messages/x')->{content}, $page->{content},
	    'any address is the page';
	my ($asset) = $page->{content} =~ m{(/assets/[^"]+\.js)};
	my $r = $http->get($asset);
	is $r->{status}, 200, $asset;
	like $r->{headers}{'cache-control'}, qr/immutable/, 'is kept for ever';
	is $http->get('/assets/none.js')->{status}, 404, 'no asset, no page';
	is $http->get('/assets/none.js')->{headers}{'cache-control'}, undef,
	    'what is missing is not kept';
	$r = $http->get($asset, headers => { 'Accept-Encoding' => 'gzip' });
	is $r->{headers}{'content-encoding'}, 'gzip', 'compressed';
};

subtest 'the figures are for local scrapers' => sub {
	for my $path ('/metrics', '//metrics', '/api/../metrics', '/%6detrics',
	    '/metrics/', '/metrics?x', '/api/%2e%2e/metrics') {
		unlike $http->get($path)->{content}, qr/http_server/, $path;
	}
	like HTTP::Tiny->new->get($stack->metrics_url)->{content},
	    qr/^http_server_request_duration_seconds_count/m, 'the local port';
};

subtest 'request ids and the access log' => sub {
	my $r = $http->get('/api/activities/search?term=secret',
	    headers => { 'X-Request-Id' => 'mine' });
	my $id = $r->{headers}{'x-request-id'};
	like $id, qr/^[0-9a-f]{32}$/, 'the client does not choose it';
	my $line = wait_for {
		(grep { $_->{request_id} eq $id } access_log())[0]
	} 'the line';
	is $line->{path}, '/api/activities/search', 'path without the question';
	is $line->{method}, 'GET', 'method';
	is $line->{status}, 200, 'status';
	ok $line->{upstream_time} > 0, 'time of the server';
	ok((grep { $_->{status} == 413 && $_->{method} eq 'POST' } access_log()),
	    'a refused POST is a POST');
};

sub access_log {
	return map { decode_json($_) }
	    split /\n/, slurp($stack->log_dir . '/cruddur.log');
}

subtest 'behind a load balancer' => sub {
	my $balancer = from('127.0.0.5');
	my %headers = ('X-Forwarded-For' => '198.51.100.1, 203.0.113.7');
	my $seen = sub {
		my $id = $balancer->get('/api/health-check', headers => \%headers)
		    ->{headers}{'x-request-id'};
		return wait_for {
			(map { $_->{remote_addr} } grep { $_->{request_id} eq $id }
			    access_log())[0]
		} 'the line';
	};
	is $seen->(), '127.0.0.5', 'as shipped, nobody is believed';
	# As README says: the comment signs off, and the balancer's network.
	system('sed', '-i', 's/#\(set_real_ip_from\) .*/\1 127.0.0.0\/8;/;'
	    . 's/#\(real_ip_header\)/\1/', $stack->dir . '/nginx/cruddur.conf') == 0
	    or die;
	$stack->signal(HUP => 'nginx');
	my $address = wait_for { my $a = $seen->(); $a ne '127.0.0.5' && $a }
	    'the new configuration';
	is $address, '203.0.113.7', 'the address that the balancer names';
};

subtest 'too many attempts' => sub {
	my $person = from('127.0.0.2');
	my @r = map { $person->post('/api/session', { username => 'x' }) } 1 .. 20;
	my ($first) = grep { $r[$_]{status} == 429 } 0 .. $#r;
	ok defined $first && $first >= 10, 'a person may err ten times'
	    or diag join ' ', map { $_->{status} } @r;
	my $refused = $r[$first // -1]; # a later one's turn may have come
	problem($refused, 429, 'then');
	ok $refused->{headers}{'retry-after'} > 0, 'when to come again';
	is $person->get('/api/session')->{status}, 204, 'asking is no attempt';
	my $other = from('127.0.0.3')->post('/api/session', { username => 'x' });
	is $other->{status}, 422, 'another address has its own count';
	my $status = flood('127.0.0.4', '/api/health-check?n=[1-1000]');
	cmp_ok $status->{200}, '>=', 100, 'reads are many';
	ok $status->{429}, 'but not without a bound';
	$status = flood('127.0.0.6', '/api/messages?n=[1-200]', qw(-X POST));
	cmp_ok $status->{401}, '>=', 20, 'writes are fewer';
	cmp_ok $status->{429}, '>', 0, 'and bound too';
	is from('127.0.0.6')->get('/api/health-check')->{status}, 200,
	    'who writes too much may read still';
};

# Many at once, and how often each status came. The rates are such that they
# would have to take 18 s for the last one not to be refused.
sub flood ($from, $path, @options) {
	open my $curl, '-|', qw(curl -sZ --no-progress-meter --parallel-max 300),
	    qw(-o /dev/null -w %{http_code}\n --interface), $from, @options,
	    '--cacert', $stack->ca_file, $stack->url . $path or die $!;
	my %status;
	while (<$curl>) {
		$status{ s/\n//r }++;
	}
	return \%status;
}

subtest 'a server that is not there' => sub {
	$stack->signal(STOP => 'api');
	my $start = time;
	my $r = $http->get('/api/activities/home');
	is $r->{status}, 504, 'frozen';
	problem($r, 504, 'frozen');
	cmp_ok time - $start, '<', 8, 'soon after the deadline';
	$stack->signal(CONT => 'api');
	$stack->stop('api');
	$r = $http->get('/api/activities/home');
	is $r->{status}, 502, 'gone';
	problem($r, 502, 'gone');
	ok $r->{headers}{'retry-after'}, 'when to come again';
	is $http->get('/')->{status}, 200, 'the page is there';
};

done_testing;
