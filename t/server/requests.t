#!/usr/bin/perl
# Requests that nginx would never send, and such as it sends, on the socket
# itself: none holds a worker up, none ends one, none disturbs another.
use v5.36;
use JSON::PP ();
use Test::More;
use Time::HiRes qw(sleep time);
use Cruddur::Server;
use Cruddur::Stack qw(wait_for);

my $server = Cruddur::Server->start(env => {
	CRUDDUR_WORKERS => 2, CRUDDUR_LOG_LEVEL => 'debug' });
my $fcgi = $server->fcgi;
my @workers = sort $server->workers;

sub request_bytes { return Cruddur::FCGI::request_bytes(@_) }
sub record { return Cruddur::FCGI::record(@_) }

sub padded ($type, $bytes) {
	return pack('CCnnCx', 1, $type, 1, length $bytes, 7) . $bytes . 'x' x 7;
}

# What comes back, to the end or the time limit: (answer, seconds).
sub exchange ($bytes, %opt) {
	my $start = time;
	my $socket = $fcgi->connection;
	local $SIG{PIPE} = 'IGNORE';
	local $SIG{ALRM} = sub { die "no end\n" };
	alarm 20;
	print $socket $bytes;
	$socket->flush;
	shutdown $socket, 1 if $opt{shut};
	my $answer = eval { Cruddur::FCGI::read_answer($socket) } // {
		status => 0, complete => 0, headers => {}, content => '' };
	alarm 0;
	return ($answer, time - $start);
}

my $whole = request_bytes(GET => '/api/health-check');
my $begin = record(1, pack 'nCx5', 1, 0);

# name, bytes, status (0: closed without an answer), least and most seconds
my @cases = (
	['nothing, and then nothing', '', 0, 1.9, 4],
	['a header cut off', substr($whole, 0, 5), 0, 1.9, 4],
	['a begin record alone', $begin, 0, 1.9, 4],
	['half of the parameters', substr($whole, 0, 60), 0, 1.9, 4],
	['no end of the parameters', $begin . record(4,
		Cruddur::FCGI::pair('REQUEST_METHOD', 'GET')), 0, 1.9, 4],
	['no end of the body: it is not waited for', substr($whole, 0, -8), 200,
		0, 4],
	['no HTTP at all', "GET / HTTP/1.1\r\nHost: x\r\n\r\n" x 4, 0, 0, 1],
	['another version', "\x07" . substr($whole, 1), 0, 0, 1],
	['zeros', "\0" x 64, 0, 0, 4],
	['random bytes', join('', map { chr(1 + ($_ * 7919) % 255) } 1 .. 4096), 0,
		0, 4],
	['parameters before the beginning are passed over',
		record(4, 'x' x 16) . $whole, 200, 0, 1],
	['no parameters', $begin . record(4, '') . record(5, ''), 400, 0, 1],
	['a name of 1 GB', $begin . record(4, pack('N', 0xC000_0000) . "\1" . 'x' x 64)
		. record(4, '') . record(5, ''), 0, 0, 4],
	['lengths that overflow', $begin . record(4,
		pack('NN', 0xFFFF_FFFF, 0xFFFF_FFFF) . 'x' x 64), 0, 0, 4],
	['an abort after the beginning', $begin . record(2, ''), 0, 0, 1],
	['an abort among the parameters', substr($whole, 0, 16) . record(4,
		Cruddur::FCGI::pair('REQUEST_METHOD', 'GET')
		. Cruddur::FCGI::pair('REQUEST_URI', '/api/health-check'))
		. record(2, ''), 0, 0, 1],
	['a second request on the connection', $whole . $whole, 200, 0, 1],
	['padding', $begin . padded(4, join('', map { Cruddur::FCGI::pair(@$_) }
		['REQUEST_METHOD', 'GET'], ['REQUEST_URI', '/api/health-check']))
		. record(4, '') . record(5, ''), 200, 0, 1],
);

for my $case (@cases) {
	my ($name, $bytes, $status, $least, $most) = @$case;
	my ($answer, $seconds) = exchange($bytes);
	is $answer->{status}, $status, "$name: status";
	ok $seconds >= $least && $seconds <= $most,
	    sprintf '%s: %.2f s, %g to %g', $name, $seconds, $least, $most;
	is $server->get('/api/health-check')->{status}, 200, "$name: others";
}

# Variables cut off by the peer's end are no request, however good they look.
{
	my $params = join '', map { Cruddur::FCGI::pair(@$_) }
	    ['REQUEST_METHOD', 'GET'], ['REQUEST_URI', '/api/health-check'];
	my ($answer) = exchange($begin . record(4, $params), shut => 1);
	is $answer->{status}, 0, 'parameters without their end: no answer';
	($answer) = exchange($begin . record(4, $params) . record(4, '')
		. record(5, ''), shut => 1);
	is $answer->{status}, 200, 'and with it: an answer';
}

# A peer that goes away in the middle costs no wait.
for my $n (0, 5, 60) {
	my (undef, $seconds) = exchange(substr($whole, 0, $n), shut => 1);
	cmp_ok $seconds, '<', 1.9, "closed after $n bytes: let go at once";
}

# Drop by drop: bounded as a whole, not per drop.
{
	my $socket = $fcgi->connection;
	my $start = time;
	local $SIG{PIPE} = 'IGNORE';
	for my $byte (split //, $whole) {
		last if !defined syswrite $socket, $byte;
		sleep 0.1;
	}
	my $seconds = time - $start;
	ok $seconds >= 1.9 && $seconds < 5,
	    sprintf 'drop by drop: cut off after %.2f s', $seconds;
}

# As many silent peers as there are workers: others wait, but not for ever.
{
	my @silent = map { $fcgi->connection } 1 .. 2;
	my $start = time;
	is $server->get('/api/health-check')->{status}, 200,
	    'silent peers in every worker: others are answered in the end';
	cmp_ok time - $start, '<', 6, 'and soon';
	my @slow = $server->events('peer_slow');
	cmp_ok scalar @slow, '>=', 2, 'it is logged';
	is $slow[-1]{state}, 'reading', 'with what was waited for';
}

is_deeply [sort $server->workers], \@workers, 'no worker died of all that'
    or diag join "\n", map { JSON::PP->new->encode($_) }
	$server->events('worker_died'), $server->events('worker_stuck');

# Large and many headers.
for my $size (1_000, 30_000, 60_000) {
	my $r = $server->get('/api/health-check', headers => { 'X-Big' => 'x' x $size });
	is $r->{status}, 200, "a header of $size bytes";
}
is $server->get('/api/health-check', headers => {
	map { ("X-$_" => 'y' x 20) } 1 .. 500 })->{status}, 200, '500 headers';
{
	my ($answer) = exchange(request_bytes(GET => '/api/health-check',
		headers => { 'X-Huge' => 'x' x 5_000_000 }));
	is $answer->{status}, 200, 'a header of 5 MB (nginx has its bounds)';
	is $server->get('/api/health-check')->{status}, 200, 'and others';
}
my $path = '/api/health-check?';
for my $case ([4_096 => 200], [4_097 => 414], [50_000 => 414]) {
	my ($size, $status) = @$case;
	is $server->get($path . 'a' x ($size - length $path))->{status}, $status,
	    "an address of $size bytes";
}
is $server->get('/' . 'a/' x 25_000)->{status}, 414, 'a path of 50 kB';

# Bodies that nobody wants: answered at once, and read to their end, so that
# the peer's writing does not fail before it has read the answer.
for my $size (10, 100_000, 900_000) {
	my %json = ('Content-Type' => 'application/json');
	my ($r, $seconds) = exchange(request_bytes(POST => '/api/messages',
		headers => \%json, content => 'x' x $size));
	is $r->{status}, 401, "a body of $size of nobody";
	ok $r->{complete}, "a body of $size of nobody: the answer is whole";
	cmp_ok $seconds, '<', 1.9, "a body of $size of nobody: at once";
	($r) = exchange(request_bytes(GET => '/api/health-check',
		headers => \%json, content => 'x' x $size));
	is $r->{status}, 200, "GET with a body of $size";
	($r) = exchange(request_bytes(PUT => '/api/health-check',
		headers => \%json, content => 'x' x $size));
	is $r->{status}, 405, "PUT with a body of $size";
}

# A connection is used once, even where the peer would keep it.
{
	my $keep = $whole;
	substr($keep, 10, 1) = "\1";
	my $socket = $fcgi->connection;
	print $socket $keep;
	$socket->flush;
	is Cruddur::FCGI::read_answer($socket)->{status}, 200, 'a kept connection';
	my $rest = sysread $socket, my $byte, 1;
	is $rest, 0, 'is closed after the answer';
}

# The answer's form.
{
	my $r = $server->get('/api/health-check', params => { REQUEST_ID => 'abc-1' });
	is $r->{headers}{'x-request-id'}, 'abc-1', "nginx's request id comes back";
	is $r->{content}, '{"success":true}', 'the body';
	is $r->{headers}{'content-length'}, length $r->{content}, 'its length';
	my $head = $fcgi->request(HEAD => '/api/health-check');
	is $head->{content}, '', 'HEAD: no body';
	is $head->{headers}{'content-length'}, 16, 'HEAD: its length';
	my $evil = $server->get('/api/health-check',
		params => { REQUEST_ID => '', HTTP_X_REQUEST_ID => "a\r\nX-Evil: 1" });
	ok !$evil->{headers}{'x-evil'}, 'a request id injects no header';
	like $evil->{headers}{'x-request-id'}, qr/^[0-9a-f-]{36}$/,
	    'but is made anew';
}

# The log: one JSON line an event, each request under its id.
{
	my @lines = map { JSON::PP->new->utf8->decode($_) } split /\n/, $server->log;
	ok !(grep { !$_->{time} || !$_->{event} || !$_->{pid} } @lines),
	    scalar(@lines) . ' lines of log, each is JSON with time, event, pid';
	my ($mine) = grep { ($_->{request_id} // '') eq 'abc-1' } @lines;
	is_deeply [@$mine{qw(event route method status level)}],
	    ['request', 'health', 'GET', 200, 'debug'],
	    'a request is logged under its id';
	my @without = grep { $_->{event} =~ /^request/ && !$_->{request_id} } @lines;
	is scalar @without, 0, 'no request without an id';
}

is $server->end, 0, 'ends';
done_testing;
