#!/usr/bin/perl
# The signature of every kind of call, recomputed by botocore from the bytes
# that arrived: with and without a session token. And that what must not be
# signed is not.
use v5.36;
use JSON::PP ();
use Test::More;
use Cruddur::Programs qw(run_program);

my $json = JSON::PP->new->utf8;

# What the verifier thinks of all calls, made with these keys.
sub verdicts ($secret, @token) {
	my $pid = open(my $verifier, '-|', '/usr/bin/python3',
		't/tools/sigv4-verifier', 'AKIDEXAMPLE', 'wJalr/EXAMPLE+key',
		@token) // die "sigv4-verifier: $!";
	my $port = <$verifier> // die 'the verifier did not start';
	chomp $port;
	my $url = "http://127.0.0.1:$port";
	my ($status, $out, $err) = run_program({
		CRUDDUR_CONFIG => '/dev/null', AWS_REGION => 'ca-central-1',
		AWS_ACCESS_KEY_ID => 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY => $secret,
		@token ? (AWS_SESSION_TOKEN => $token[0]) : (),
		AWS_ENDPOINT_URL_DYNAMODB => "$url/",
		AWS_ENDPOINT_URL_EC2 => $url,
		AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER => "$url/",
		AWS_COGNITO_USER_POOL_ID => 'eu-west-1_Pool',
		AWS_COGNITO_CLIENT_ID => 'client',
		CRUDDUR_COGNITO_CLIENT_SECRET => 'client-secret',
	}, 't/aws/sign-all');
	is $status, 0, 'sign-all ends well' or diag $err;
	kill TERM => $pid;
	my @verdicts = map { $json->decode($_) } <$verifier>;
	local $?;
	close $verifier;
	return @verdicts;
}

my %signed = (
	dynamodb => [qw(DeleteItem DescribeStream DescribeTable GetItem GetRecords
		GetShardIterator ListTables PutItem Query Scan TransactWriteItems
		UpdateItem)],
	'cognito-idp' => [qw(AdminGetUser ListUsers)],
	ec2 => [qw(CreateVpcEndpoint DescribeRouteTables DescribeVpcEndpoints
		ModifySecurityGroupRules)],
);
my @unsigned = qw(ConfirmForgotPassword ConfirmSignUp ForgotPassword GetUser
	InitiateAuth ResendConfirmationCode RespondToAuthChallenge RevokeToken
	SignUp);

for my $token ([], ['IQoJ/session+token==']) {
	subtest @$token ? 'with a session token' : 'without' => sub {
		my @verdicts = verdicts('wJalr/EXAMPLE+key', @$token);
		my %by;
		for my $v (@verdicts) {
			$by{ $v->{service} // 'unsigned' }{ $v->{call} } = 1;
			next if !$v->{signed};
			ok $v->{good}, "$v->{call}: signed well";
			is_deeply $v->{missing}, [], "$v->{call}: all that is signed is sent";
			is $v->{token}, $token->[0], "$v->{call}: token";
			is $v->{region}, $v->{service} eq 'cognito-idp'
			    ? 'eu-west-1' : 'ca-central-1', "$v->{call}: region";
			my %headers = map { $_ => 1 } $v->{headers}->@*;
			ok $headers{$_}, "$v->{call}: signs $_"
			    for qw(host x-amz-date content-type),
			    @$token ? 'x-amz-security-token' : (),
			    $v->{service} eq 'ec2' ? () : 'x-amz-target';
		}
		is_deeply [sort keys $by{$_}->%*], $signed{$_}, "all calls of $_"
		    for sort keys %signed;
		is_deeply [sort keys $by{unsigned}->%*], \@unsigned,
		    'and those that nobody signs';
	};
}

subtest 'the verifier sees a wrong key' => sub {
	my @signed = grep { $_->{signed} } verdicts('another/EXAMPLE+key');
	ok @signed > 10, 'signed calls';
	is scalar(grep { $_->{good} } @signed), 0, 'none is good';
};

done_testing;
