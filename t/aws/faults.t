#!/usr/bin/perl
# What aws/ddb.h does when DynamoDB is busy, broken, frozen or gone: what is
# tried again, what is not, and when it ends.
use v5.36;
use JSON::PP ();
use Test::More;
use Time::HiRes qw(time);
use Cruddur::Programs qw(run_program);
use Cruddur::Stub;

my $json = JSON::PP->new->utf8;
my $log;

# A call against a stub with this handler: how each of its times ended.
sub try_on ($stub, $call, $deadline_ms, $times = 1, %env) {
	(my $status, my $out, $log) = run_program(
		{ CRUDDUR_CONFIG => '/dev/null', AWS_REGION => 'eu-west-1',
			AWS_ACCESS_KEY_ID => 'AK', AWS_SECRET_ACCESS_KEY => 'SK',
			AWS_ENDPOINT_URL_DYNAMODB => $stub->url . '/', %env },
		't/aws/ddb-try', $call, $deadline_ms, $times);
	is $status, 0, 'ddb-try ends well' or diag $log;
	return map { $json->decode($_) } split /\n/, $out;
}

sub stub ($handler) { return Cruddur::Stub->start($handler) }

sub events ($name) {
	return grep { $_->{event} eq $name }
	    map { $json->decode($_) } split /\n/, $log;
}

sub fault ($type, %more) {
	return $json->encode({
		__type => "com.amazonaws.dynamodb.v20120810#$type",
		message => "about $type", %more });
}

my $fine = '{"Items":[],"Count":0}';
my %cancelled = (
	conflict => fault('TransactionCanceledException',
		CancellationReasons => [{ Code => 'TransactionConflict' }]),
	condition => fault('TransactionCanceledException',
		CancellationReasons => [{ Code => 'ConditionalCheckFailed' }]),
);

# Each fault, twice and then no more: how the call ends, after how many
# requests.
my @once = (
	# name, call, fault, rc, requests
	['throttled', query => [400, fault('ThrottlingException')], ok => 3],
	['too much for the table', query =>
		[400, fault('ProvisionedThroughputExceededException')], ok => 3],
	['status 500', query => [500, fault('InternalServerError')], ok => 3],
	['a load balancer\'s 503', query => [503, '<html>'], ok => 3],
	['closed without an answer', query => 'close', ok => undef],
	['closed in the middle of the answer', query =>
		[200, '{"Items":[{"a":{"S":"x"}}]}', {}, cut => 9], ok => 3],
	['a write, throttled', write => [400, fault('ThrottlingException')],
		ok => 3],
	['a transaction, closed without an answer', transact => 'close',
		ok => undef],
	['another transaction in the way', transact =>
		[400, $cancelled{conflict}], ok => 3],
	['a write in the way of a transaction', write =>
		[400, fault('TransactionConflictException')], ok => 3],
	['the same transaction is on its way', transact =>
		[400, fault('TransactionInProgressException')], ok => 3],
	['denied', query => [400, fault('AccessDeniedException')],
		backend_denied => 1],
	['an unknown key', query => [400, fault('UnrecognizedClientException')],
		backend_denied => 1],
	['no such table', query => [400, fault('ResourceNotFoundException')],
		not_found => 1],
	['our own mistake', query => [400, fault('ValidationException')],
		internal_error => 1],
	['a condition of a transaction', transact => [400, $cancelled{condition}],
		condition_failed => 1],
	['an answer that is none', query => [200, '<html>fine</html>'],
		internal_error => 1],
	['a redirect is not followed', query =>
		[302, '', { Location => 'http://127.0.0.1:1/' }],
		internal_error => 1],
);
for my $case (@once) {
	my ($name, $call, $fault, $rc, $requests) = @$case;
	subtest $name => sub {
		my $stub = stub(sub ($request, $n) {
			return $n <= 2 ? $fault : [200, $fine];
		});
		my ($end) = try_on($stub, $call, 5000);
		is $end->{rc}, $rc, "ends in $rc" or diag $end->{error};
		my @requests = $stub->requests;
		is scalar(@requests), $requests, "$requests requests"
		    if defined $requests;
		my %bodies = map { $_->{body} => 1 } @requests;
		is scalar(keys %bodies), 1, 'all the same, token and all';
		is scalar(events('backend_failed')),
		    $rc =~ /^(ok|not_found|condition_failed)$/ ? 0 : 1,
		    'logged if it failed';
	};
}

subtest 'an expired session: other credentials, once' => sub {
	my $stub = stub(sub ($request, $n) {
		return [400, fault('ExpiredTokenException')];
	});
	my ($end) = try_on($stub, 'query', 5000);
	is $end->{rc}, 'backend_denied', 'denied';
	is scalar($stub->requests), 2, 'two requests';
};

subtest 'busy all the time' => sub {
	my $stub = stub(sub ($request, $n) {
		return [400, fault('ThrottlingException')];
	});
	my ($end) = try_on($stub, 'query', 1500);
	is $end->{rc}, 'throttled', 'throttled';
	is $end->{error}, 'ThrottlingException: about ThrottlingException',
	    'the error says so';
	cmp_ok $end->{ms}, '<=', 3000, "within the deadline ($end->{ms} ms)";
	cmp_ok scalar($stub->requests), '<=', 13, 'and not too often';
	my ($failed) = events('backend_failed');
	is $failed->{call}, 'Query', 'the log says which call';
	is $failed->{attempt}, scalar($stub->requests), 'which attempt';
	ok defined $failed->{ms}, 'how long';
	is scalar(events('backend_retry')), $stub->requests - 1,
	    'and of each retry';
	unlike $log, qr/about|"h"/, 'no content';
};

subtest 'conflicts all the time' => sub {
	my $stub = stub(sub ($request, $n) {
		return [400, $cancelled{conflict}];
	});
	my ($end) = try_on($stub, 'transact', 1200);
	is $end->{rc}, 'transaction_conflict', 'conflict';
	ok $end->{ms} >= 900 && $end->{ms} < 1900,
	    "tried until the deadline ($end->{ms} ms)";
	cmp_ok scalar($stub->requests), '>', 8, 'often';
};

subtest 'frozen' => sub {
	my $stub = stub(sub ($request, $n) { return 'freeze' });
	my ($end) = try_on($stub, 'query', 3000);
	is $end->{rc}, 'deadline_exceeded', 'deadline';
	ok $end->{ms} >= 2900 && $end->{ms} < 3900,
	    "at the deadline ($end->{ms} ms)";
	is scalar($stub->requests), 2, 'an attempt of two seconds, and the rest';
	($end) = try_on($stub, 'query', 300);
	ok $end->{ms} >= 250 && $end->{ms} < 1900,
	    "a deadline shorter than an attempt ($end->{ms} ms)";
};

subtest 'frozen once' => sub {
	my $stub = stub(sub ($request, $n) {
		return $n == 1 ? 'freeze' : [200, $fine];
	});
	my ($end) = try_on($stub, 'query', 5000, 1,
		CRUDDUR_DYNAMODB_ATTEMPT_TIMEOUT_MS => 500);
	is $end->{rc}, 'ok', 'the second attempt is answered';
	ok $end->{ms} >= 500 && $end->{ms} < 1900, "after $end->{ms} ms";
};

subtest 'frozen after a refusal' => sub {
	my $stub = stub(sub ($request, $n) {
		return $n == 1 ? [400, fault('ThrottlingException')] : 'freeze';
	});
	my ($end) = try_on($stub, 'query', 1000);
	is $end->{rc}, 'throttled', 'the deadline does not hide the reason';
};

subtest 'slow' => sub {
	my $stub = stub(sub ($request, $n) {
		return [200, $fine, {}, delay => 0.7];
	});
	my ($end) = try_on($stub, 'query', 5000);
	is $end->{rc}, 'ok', 'is fine';
	my ($slow) = events('backend_slow');
	cmp_ok $slow->{ms}, '>=', 700, 'but logged';
};

subtest 'nobody listens' => sub {
	my $stub = stub(sub ($request, $n) { return 'close' });
	$stub->stop;
	my ($first, @more) = try_on($stub, 'query', 5000, 3);
	for my $end ($first, @more) {
		is $end->{rc}, 'service_unavailable', 'unavailable';
		cmp_ok $end->{ms}, '<', 2500, "at once ($end->{ms} ms)";
	}
	is scalar(events('backend_failed')), 3, 'logged';
};

subtest 'no such name' => sub {
	my $stub = stub(sub ($request, $n) { return 'close' });
	my ($end) = try_on($stub, 'query', 5000, 1,
		AWS_ENDPOINT_URL_DYNAMODB => 'http://no-such-name.invalid/');
	is $end->{rc}, 'service_unavailable', 'unavailable';
	cmp_ok $end->{ms}, '<=', 4000, "in time ($end->{ms} ms)";
};

subtest 'gone, and back' => sub {
	my $stub = stub(sub ($request, $n) {
		return $n >= 2 && $n <= 20 ? [500, ''] : [200, $fine];
	});
	my @ends = map { $_->{rc} } try_on($stub, 'query', 400, 8);
	is $ends[0], 'ok', 'it works';
	is $ends[1], 'service_unavailable', 'it does not';
	is $ends[-1], 'ok', 'it works again';
	is scalar(events('backend_recovered')), 1, 'which is logged once';
};

subtest 'kept connections' => sub {
	my $stub = stub(sub ($request, $n) { return [200, $fine] });
	try_on($stub, 'query', 5000, 20);
	is $stub->connections, 1, 'twenty calls on one';
	$stub = stub(sub ($request, $n) {
		return [200, $fine, { Connection => 'close' }];
	});
	my @ends = try_on($stub, 'query', 5000, 5);
	is scalar(grep { $_->{rc} eq 'ok' } @ends), 5,
	    'a server that closes after each answer';
};

subtest 'an answer larger than any' => sub {
	my $stub = stub(sub ($request, $n) {
		return [200, '{"x":"' . 'x' x 9_000_000 . '"}'];
	});
	my ($end) = try_on($stub, 'query', 5000);
	is $end->{rc}, 'internal_error', 'is refused';
	is scalar($stub->requests), 1, 'and not asked for again';
};

done_testing;
