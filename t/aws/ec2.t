#!/usr/bin/perl
# The calls of aws/ec2.h against a stub: what they ask, what they make of the
# answers. (Their signatures: sigv4.t.)
use v5.36;
use JSON::PP ();
use Test::More;
use Cruddur::Programs qw(run_program);
use Cruddur::Stub;

my $json = JSON::PP->new->utf8;

# One call against these answers in turn: how it ended, what it told, what was
# asked as hashes.
sub try_on ($call, @answers) {
	my $stub = Cruddur::Stub->start(sub ($request, $n) {
		return $answers[$n - 1] // $answers[-1];
	});
	my ($status, $out, $log) = run_program({
		CRUDDUR_CONFIG => '/dev/null', AWS_REGION => 'ca-central-1',
		AWS_ACCESS_KEY_ID => 'AK', AWS_SECRET_ACCESS_KEY => 'SK',
		AWS_ENDPOINT_URL_EC2 => $stub->url,
	}, 't/aws/ec2-try', $call);
	is $status, 0, 'ec2-try ends well' or diag $log;
	my @told = map { $json->decode($_) } split /\n/, $out;
	my @asked = map { form($_->{body}) } $stub->requests;
	$stub->stop;
	return (pop @told, \@told, \@asked);
}

sub form ($body) {
	return { map { s/%(..)/chr hex $1/ger } map { split /=/, $_, 2 }
		    split /&/, $body };
}

sub fault ($code) {
	return [400, <<~"EOF"];
		<?xml version="1.0" encoding="UTF-8"?>
		<Response><Errors><Error><Code>$code</Code><Message>About
		$code</Message></Error></Errors><RequestID>r</RequestID></Response>
		EOF
}

subtest 'modify a rule' => sub {
	my ($end, undef, $asked) = try_on('modify', [200, <<~'EOF']);
		<?xml version="1.0" encoding="UTF-8"?>
		<ModifySecurityGroupRulesResponse
		    xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">
		    <requestId>r</requestId><return>true</return>
		</ModifySecurityGroupRulesResponse>
		EOF
	is $end->{rc}, 'ok', 'done';
	my $rule = 'SecurityGroupRule.1.SecurityGroupRule';
	is_deeply $asked, [{
		Action => 'ModifySecurityGroupRules', Version => '2016-11-15',
		GroupId => 'sg-1', "${rule}Id" => 'sgr-1',
		"$rule.IpProtocol" => 'tcp', "$rule.FromPort" => 5432,
		"$rule.ToPort" => 5432, "$rule.CidrIpv4" => '203.0.113.7/32',
		"$rule.Description" => q(Ann's & Bob's),
	}], 'what was asked';
};

subtest 'create an endpoint' => sub {
	my ($end, undef, $asked) = try_on('create', [200, <<~'EOF']);
		<CreateVpcEndpointResponse xmlns="http://ec2/"><requestId>r</requestId>
		<vpcEndpoint><vpcEndpointType>Gateway</vpcEndpointType>
		<vpcEndpointId>vpce-7</vpcEndpointId></vpcEndpoint>
		</CreateVpcEndpointResponse>
		EOF
	is $end->{rc}, 'ok', 'done';
	is $end->{created}, 'vpce-7', 'its id';
	like delete $asked->[0]{ClientToken}, qr/^[0-9a-f-]{36}$/,
	    'a token, so that it is made once';
	is_deeply $asked, [{
		Action => 'CreateVpcEndpoint', Version => '2016-11-15',
		VpcEndpointType => 'Gateway', VpcId => 'vpc-1',
		ServiceName => 'com.amazonaws.ca-central-1.dynamodb',
		'RouteTableId.1' => 'rtb-1', 'RouteTableId.2' => 'rtb-2',
		'TagSpecification.1.ResourceType' => 'vpc-endpoint',
		'TagSpecification.1.Tag.1.Key' => 'Name',
		'TagSpecification.1.Tag.1.Value' => 'cruddur-ddb',
	}], 'what was asked';
};

subtest 'add route tables to one' => sub {
	my ($end, undef, $asked) = try_on('add', [200, <<~'EOF']);
		<ModifyVpcEndpointResponse xmlns="http://ec2/"><requestId>r</requestId>
		<return>true</return></ModifyVpcEndpointResponse>
		EOF
	is $end->{rc}, 'ok', 'done';
	is_deeply $asked, [{ Action => 'ModifyVpcEndpoint',
		Version => '2016-11-15', VpcEndpointId => 'vpce-7',
		'AddRouteTableId.1' => 'rtb-1', 'AddRouteTableId.2' => 'rtb-2',
	}], 'what was asked';
};

sub page ($id, $next) {
	return [200, <<~"EOF"];
		<DescribeVpcEndpointsResponse xmlns="http://ec2/"><requestId>r</requestId>
		<vpcEndpointSet><item><vpcEndpointId>vpce-$id</vpcEndpointId>
		<vpcId>vpc-1</vpcId><serviceName>com.amazonaws.x.dynamodb</serviceName>
		<state>available</state><routeTableIdSet><item>rtb-1</item>
		<item>rtb-2</item></routeTableIdSet><tagSet><item><key>Owner</key>
		<value>ann</value></item><item><key>Name</key>
		<value>a &amp; b</value></item></tagSet></item>
		<item><vpcEndpointId>vpce-${id}x</vpcEndpointId><tagSet/></item>
		</vpcEndpointSet>$next</DescribeVpcEndpointsResponse>
		EOF
}

subtest 'list endpoints' => sub {
	my ($end, $told, $asked) = try_on('list',
		page(1, '<nextToken>t/2=</nextToken>'), page(2, '<nextToken/>'));
	is $end->{rc}, 'ok', 'done';
	is_deeply [map { $_->{id} } @$told],
	    [qw(vpce-1 vpce-1x vpce-2 vpce-2x)], 'all of both pages';
	is_deeply $told->[0], { id => 'vpce-1', name => 'a & b',
		vpc_id => 'vpc-1', service => 'com.amazonaws.x.dynamodb',
		state => 'available', tables => 'rtb-1 rtb-2' }, 'one whole';
	is_deeply $told->[1], { id => 'vpce-1x', name => undef, vpc_id => undef,
		service => undef, state => undef, tables => '' }, 'one bare';
	is $asked->[0]{'Filter.1.Value.1'}, 'vpc-1', 'of one network';
	is $asked->[1]{NextToken}, 't/2=', 'the second page';
};

my %faults = (
	UnauthorizedOperation => 'backend_denied',
	AuthFailure => 'backend_denied',
	'InvalidSecurityGroupRuleId.NotFound' => 'not_found',
	'InvalidGroup.NotFound' => 'not_found',
	InvalidParameterValue => 'invalid',
	RequestLimitExceeded => 'throttled',
	Unavailable => 'service_unavailable',
);
for my $code (sort keys %faults) {
	subtest $code => sub {
		my ($end) = try_on('modify', fault($code));
		is $end->{rc}, $faults{$code}, $faults{$code};
		my $denied = $code eq 'UnauthorizedOperation' # of which nobody says
		    ? 'ec2:ModifySecurityGroupRules: ' : '';
		is $end->{error}, "$code: ${denied}About $code", 'the error says why';
	};
}

subtest 'an answer that is none' => sub {
	my ($end) = try_on('create', [200, '<html>fine</html>']);
	is $end->{rc}, 'internal_error', 'another document';
	($end) = try_on('create', [200,
		'<CreateVpcEndpointResponse></CreateVpcEndpointResponse>']);
	is $end->{rc}, 'internal_error', 'no id';
	($end) = try_on('list', [200, '']);
	is $end->{rc}, 'internal_error', 'nothing';
};

done_testing;
