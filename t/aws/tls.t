#!/usr/bin/perl
# Whom aws/http.h believes to be AWS.
use v5.36;
use File::Temp qw(tempdir);
use JSON::PP ();
use Test::More;
use Cruddur::Programs qw(run_program);
use Cruddur::Stub;

my $json = JSON::PP->new->utf8;
my $dir = tempdir(CLEANUP => 1);

# A certificate of its own making, for that name.
sub certificate ($name) {
	my %tls = (cert => "$dir/$name.pem", key => "$dir/$name.key");
	system("openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=x"
	    . " -addext subjectAltName=$name -keyout $tls{key} -out $tls{cert}"
	    . " 2>/dev/null") == 0 or die 'openssl failed';
	return \%tls;
}

sub query ($stub, $times, %env) {
	my ($status, $out, $log) = run_program({
		CRUDDUR_CONFIG => '/dev/null', AWS_REGION => 'eu-west-1',
		AWS_ACCESS_KEY_ID => 'AK', AWS_SECRET_ACCESS_KEY => 'SK',
		AWS_ENDPOINT_URL_DYNAMODB => $stub->url . '/', %env,
	}, 't/aws/ddb-try', 'query', 3000, $times);
	is $status, 0, 'ddb-try ends well' or diag $log;
	return map { $json->decode($_) } split /\n/, $out;
}

my $good = certificate('IP:127.0.0.1');
my $other = certificate('DNS:dynamodb.example');
my $answer = sub ($request, $n) { return [200, '{"Items":[]}'] };

subtest 'an authority that is trusted' => sub {
	my $stub = Cruddur::Stub->start($answer, tls => $good);
	my @ends = query($stub, 5, AWS_CA_BUNDLE => $good->{cert});
	is_deeply [map { $_->{rc} } @ends], [('ok') x 5], 'is believed';
	is $stub->connections, 1, 'on one kept connection';
};

subtest 'one that is not' => sub {
	my $stub = Cruddur::Stub->start($answer, tls => $good);
	my ($end) = query($stub, 1);
	is $end->{rc}, 'service_unavailable', 'is not';
	like $end->{error}, qr/certificate/, 'the error says so';
	is scalar($stub->requests), 0, 'nothing was sent';
	cmp_ok $end->{ms}, '<', 2500, 'at once';
};

subtest 'another name' => sub {
	my $stub = Cruddur::Stub->start($answer, tls => $other);
	my ($end) = query($stub, 1, AWS_CA_BUNDLE => $other->{cert});
	is $end->{rc}, 'service_unavailable', 'is not believed';
	is scalar($stub->requests), 0, 'nothing was sent';
};

subtest 'a server that speaks no TLS' => sub {
	my $stub = Cruddur::Stub->start($answer);
	my ($end) = query($stub, 1, AWS_ENDPOINT_URL_DYNAMODB =>
		'https://127.0.0.1:' . $stub->port . '/');
	is $end->{rc}, 'service_unavailable', 'is not believed';
};

subtest 'no such bundle' => sub {
	my $stub = Cruddur::Stub->start($answer, tls => $good);
	my ($end) = query($stub, 1, AWS_CA_BUNDLE => "$dir/none.pem");
	is $end->{rc}, 'service_unavailable', 'is a failure, not trust';
};

done_testing;
