#!/usr/bin/perl
# cruddur rds update-sg-rule, aws vpc-endpoint: what EC2 is asked, by a stub
# that recomputes each signature with botocore.
use v5.36;
use File::Temp qw(tempdir);
use JSON::PP ();
use Test::More;
use Cruddur::Programs qw(run_program);
use Cruddur::Stub;

my $json = JSON::PP->new->utf8->canonical;
my $dir = tempdir(CLEANUP => 1);
my @keys = ('AKIDEXAMPLE', 'wJalr/EXAMPLE+key');

# cruddur WORDS while EC2 answers so (action => what its element holds):
# (status, out, err, what it was asked...)
sub asked ($answers, $env, @words) {
	my %text = map { ($_ => "<?xml version=\"1.0\"?>\n<${_}Response "
		. "xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15/\">"
		. "<requestId>1</requestId>$answers->{$_}</${_}Response>") }
	    keys %$answers;
	open my $file, '>', "$dir/answers" or die $!;
	print $file $json->encode(\%text);
	close $file;
	local $ENV{SIGV4_ANSWERS} = "$dir/answers";
	my $pid = open(my $ec2, '-|', '/usr/bin/python3', 't/tools/sigv4-verifier',
		@keys) // die "sigv4-verifier: $!";
	chomp(my $port = <$ec2>);
	my @said = run_program({
		CRUDDUR_CONFIG => '/dev/null', AWS_REGION => 'ca-central-1',
		AWS_ACCESS_KEY_ID => $keys[0], AWS_SECRET_ACCESS_KEY => $keys[1],
		AWS_ENDPOINT_URL_EC2 => "http://127.0.0.1:$port",
		DB_SG_ID => 'sg-0123', DB_SG_RULE_ID => 'sgr-4567', %$env,
	}, 'cruddur', @words);
	kill TERM => $pid;
	my @asked = map { $json->decode($_) } <$ec2>;
	local $?;
	close $ec2;
	for my $a (@asked) {
		ok $a->{good}, "$a->{call}: signed well";
		is "$a->{service} $a->{region}", 'ec2 ca-central-1', 'for EC2';
	}
	return (@said, map { delete $_->{form}{Version}; $_->{form} } @asked);
}

sub rule ($cidr, %more) {
	return {
		Action => 'ModifySecurityGroupRules', GroupId => 'sg-0123',
		'SecurityGroupRule.1.SecurityGroupRuleId' => 'sgr-4567',
		'SecurityGroupRule.1.SecurityGroupRule.IpProtocol' => 'tcp',
		'SecurityGroupRule.1.SecurityGroupRule.FromPort' => 5432,
		'SecurityGroupRule.1.SecurityGroupRule.ToPort' => 5432,
		'SecurityGroupRule.1.SecurityGroupRule.Description' =>
		    'cruddur rds update-sg-rule',
		"SecurityGroupRule.1.SecurityGroupRule.Cidr"
		    . ($cidr =~ /:/ ? 'Ipv6' : 'Ipv4') => $cidr,
	};
}

my %good = (ModifySecurityGroupRules => '<return>true</return>');
my @update = qw(rds update-sg-rule);

subtest 'update-sg-rule: this machine' => sub {
	my $checkip = Cruddur::Stub->start(sub { [200, "203.0.113.7\n"] });
	my ($status, $out, $err, @asked) = asked(\%good,
		{ CRUDDUR_CHECKIP_URL => $checkip->url }, @update, '--json');
	is $status, 0, 'works' or diag $err;
	is_deeply \@asked, [rule('203.0.113.7/32')], 'what EC2 was asked';
	is_deeply $json->decode($out), { group => 'sg-0123', rule => 'sgr-4567',
		cidr => '203.0.113.7/32', port => '5432' }, 'result';
	$checkip->stop;
	for my $answer ([200, '<html>'], [503, '']) {
		my $bad = Cruddur::Stub->start(sub { $answer });
		($status, $out, $err, @asked) = asked(\%good,
			{ CRUDDUR_CHECKIP_URL => $bad->url }, @update);
		is $status, 1, 'no address';
		like $err, qr/--cidr/, 'says what to do';
		is scalar(@asked), 0, 'EC2 was not asked';
		$bad->stop;
	}
};

# [--cidr, what becomes of it; undef: refused]
my @cidrs = (
	['198.51.100.0/24', '198.51.100.0/24'],
	['198.51.100.9', '198.51.100.9/32'],
	['2001:db8::1', '2001:db8::1/128'],
	['2001:db8::/48', '2001:db8::/48'],
	['198.51.100.0/33', undef],
	['198.51.100/24', undef],
	['everywhere', undef],
	['1.2.3.4/', undef],
);

subtest 'update-sg-rule: --cidr' => sub {
	for my $case (@cidrs) {
		my ($cidr, $want) = @$case;
		my ($status, $out, $err, @asked) =
		    asked(\%good, {}, @update, '--cidr', $cidr);
		is $status, $want ? 0 : 2, $cidr;
		is_deeply \@asked, $want ? [rule($want)] : [], 'what EC2 was asked';
	}
	my ($status, $out, $err, @asked) =
	    asked(\%good, {}, @update, '--cidr', '0.0.0.0/0');
	is $status, 1, 'the whole world';
	like $err, qr/whole world.*nothing was done/s, 'is asked for';
	($status, $out, $err, @asked) =
	    asked(\%good, {}, @update, '--cidr', '0.0.0.0/0', '--yes');
	is_deeply \@asked, [rule('0.0.0.0/0')], '--yes';
};

sub endpoint ($id, $service = 'dynamodb', %is) {
	return "<item><vpcEndpointId>$id</vpcEndpointId><vpcEndpointType>"
	    . ($is{type} // 'Gateway') . '</vpcEndpointType><vpcId>vpc-1</vpcId>'
	    . "<serviceName>com.amazonaws.ca-central-1.$service</serviceName>"
	    . '<state>' . ($is{state} // 'available') . '</state>'
	    . '<routeTableIdSet><item>rtb-1</item><item>rtb-2</item>'
	    . '</routeTableIdSet><tagSet><item><key>Name</key><value>'
	    . ($is{name} // 'cruddur-ddb') . '</value></item></tagSet></item>';
}

my @create = qw(aws vpc-endpoint create --json);
my %tables = (DescribeRouteTables => '<routeTableSet>'
	. '<item><routeTableId>rtb-1</routeTableId><associationSet><item>'
	. '<routeTableId>rtb-1</routeTableId></item></associationSet></item>'
	. '<item><routeTableId>rtb-2</routeTableId></item></routeTableSet>');
my %created = (CreateVpcEndpoint =>
	'<vpcEndpoint>' . (endpoint('vpce-9') =~ s{^<item>|</item>$}{}gr)
	. '</vpcEndpoint>');
my %none = (DescribeVpcEndpoints => '<vpcEndpointSet>'
	. endpoint('vpce-7', 's3') . '</vpcEndpointSet>');
my %one = (DescribeVpcEndpoints => '<vpcEndpointSet>'
	. endpoint('vpce-7', 's3') . endpoint('vpce-8') . '</vpcEndpointSet>');

subtest 'vpc-endpoint create' => sub {
	my ($status, $out, $err, @asked) = asked({ %none, %tables, %created },
		{ DEFAULT_VPC_ID => 'vpc-1' }, @create);
	is $status, 0, 'works' or diag $err;
	is_deeply [map { $_->{Action} } @asked],
	    [qw(DescribeVpcEndpoints DescribeRouteTables CreateVpcEndpoint)],
	    'looks, then creates';
	my $token = delete $asked[2]{ClientToken};
	like $token, qr/^[0-9a-f-]{36}$/, 'a token: a repeat creates no other';
	is_deeply $asked[2], {
		Action => 'CreateVpcEndpoint', VpcEndpointType => 'Gateway',
		VpcId => 'vpc-1', ServiceName => 'com.amazonaws.ca-central-1.dynamodb',
		'RouteTableId.1' => 'rtb-1', 'RouteTableId.2' => 'rtb-2',
		'TagSpecification.1.ResourceType' => 'vpc-endpoint',
		'TagSpecification.1.Tag.1.Key' => 'Name',
		'TagSpecification.1.Tag.1.Value' => 'cruddur-ddb',
	}, 'what EC2 was asked';
	is_deeply $json->decode($out),
	    { id => 'vpce-9', name => 'cruddur-ddb', vpc => 'vpc-1' }, 'result';

	($status, $out, $err, @asked) = asked({ %none, %created }, {}, @create,
		'--vpc', 'vpc-1', '--route-tables', 'rtb-5,rtb-6');
	is_deeply [@{ $asked[1] }{qw(RouteTableId.1 RouteTableId.2)}],
	    [qw(rtb-5 rtb-6)], '--route-tables';

	($status, $out, $err, @asked) =
	    asked({ %one, %tables }, {}, @create, '--vpc', 'vpc-1');
	is $status, 0, 'one stands';
	is_deeply [map { $_->{Action} } @asked],
	    [qw(DescribeVpcEndpoints DescribeRouteTables)],
	    'with all route tables: nothing is changed';
	is $json->decode($out)->{id}, 'vpce-8', 'it is named';
	($status, $out, $err, @asked) = asked({ %one, ModifyVpcEndpoint =>
		'<return>true</return>' }, {}, @create, '--vpc', 'vpc-1',
		'--route-tables', 'rtb-2,rtb-21,rtb-1,rtb');
	is $status, 0, 'one stands, without some of the route tables' or diag $err;
	is_deeply $asked[-1], { Action => 'ModifyVpcEndpoint',
		VpcEndpointId => 'vpce-8', 'AddRouteTableId.1' => 'rtb-21',
		'AddRouteTableId.2' => 'rtb' }, 'they are added';
	like $err, qr/rtb-21 was added/, 'and named';
	($status, $out) = asked({ %tables, DescribeVpcEndpoints => '<vpcEndpointSet>'
		. endpoint('vpce-6', 'dynamodb', name => 'by hand')
		. '</vpcEndpointSet>' }, {}, @create, '--vpc', 'vpc-1');
	is $json->decode($out)->{name}, 'by hand', 'by its own name';

	for my $other ([state => 'deleted'], [state => 'Failed'],
		[type => 'Interface']) {
		my %old = (DescribeVpcEndpoints => '<vpcEndpointSet>'
			. endpoint('vpce-8', 'dynamodb', @$other)
			. '</vpcEndpointSet>');
		($status, $out) = asked({ %old, %tables, %created }, {}, @create,
			'--vpc', 'vpc-1');
		is $json->decode($out)->{id}, 'vpce-9', "@$other: one is made";
	}
};

subtest 'vpc-endpoint list' => sub {
	my ($status, $out, $err, @asked) =
	    asked(\%one, {}, qw(aws vpc-endpoint list --json));
	is_deeply $json->decode($out), [{ id => 'vpce-8', name => 'cruddur-ddb',
		vpc => 'vpc-1', state => 'available', route_tables => 'rtb-1 rtb-2' }],
	    'those of DynamoDB';
	(undef, undef, undef, @asked) =
	    asked(\%one, {}, qw(aws vpc-endpoint list --vpc vpc-1));
	is $asked[0]{'Filter.1.Value.1'}, 'vpc-1', '--vpc';
};

# [what, status, code, text, what is said]
my @faults = (
	['denied', 403, 'UnauthorizedOperation', 'You are not authorized to '
		. 'perform this operation. User: x is not authorized to perform: '
		. 'ec2:ModifySecurityGroupRules', qr/ec2:ModifySecurityGroupRules.*IAM does not allow/s],
	['denied, in fewer words', 403, 'UnauthorizedOperation',
		'You are not authorized to perform this operation.',
		qr/ec2:ModifySecurityGroupRules.*IAM does not allow/s],
	['no such rule', 400, 'InvalidSecurityGroupRuleId.NotFound', 'no sgr-4567',
		qr/DB_SG_RULE_ID names no rule/],
	['no such group', 400, 'InvalidGroup.NotFound', 'no sg-0123',
		qr/DB_SG_ID names no security group/],
	['unknown key', 401, 'AuthFailure', 'AWS was not able to validate',
		qr/does not know this access key \(region ca-central-1\)/],
);

subtest 'faults say what to do' => sub {
	for my $fault (@faults) {
		my ($what, $code, $type, $text, $want) = @$fault;
		my $stub = Cruddur::Stub->start(sub { [$code, '<Response><Errors>'
			. "<Error><Code>$type</Code><Message>$text</Message></Error>"
			. '</Errors><RequestID>1</RequestID></Response>'] });
		my ($status, $out, $err) = run_program({
			CRUDDUR_CONFIG => '/dev/null', AWS_REGION => 'ca-central-1',
			AWS_ACCESS_KEY_ID => 'x', AWS_SECRET_ACCESS_KEY => 'y',
			AWS_ENDPOINT_URL_EC2 => $stub->url, DB_SG_ID => 'sg-0123',
			DB_SG_RULE_ID => 'sgr-4567',
		}, 'cruddur', @update, '--cidr', '192.0.2.1');
		is $status, 1, $what;
		like $err, $want, 'says so';
		$stub->stop;
	}
};

done_testing;
