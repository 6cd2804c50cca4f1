#!/usr/bin/perl
# cruddur ddb …: on a real DynamoDB Local, compared with what Debian's AWS CLI
# reads and writes.
use v5.36;
use utf8;
use JSON::PP ();
use Test::More;
use Cruddur::Programs qw(run_program);
use Cruddur::Stack qw(slurp wait_for);
use Cruddur::Stub;

my $stack = Cruddur::Stack->start(only => [qw(postgres dynamodb)]);
my $json = JSON::PP->new->utf8->canonical;
my $ddb = $stack->ddb;
my $program = Cruddur::Stack::build_dir() . '/cruddur';
my $demo = '5ae290ed-55d1-47a0-bc6d-fe2bc2700399';

# cruddur WORDS on a table (undef: the stack's); a last \"text" is typed.
sub on ($table, @words) {
	my $input = ref $words[-1] ? pop @words : \'';
	local $stack->{settings} = $table ? { CRUDDUR_TABLE => $table } : {};
	return $stack->run('cruddur', @words, $input);
}

sub ok_on ($table, @words) {
	my ($status, $out, $err) = on($table, @words);
	is $status, 0, 'cruddur ' . join(' ', grep { !ref } @words)
	    or diag $out, $err;
	return wantarray ? ($out, $err) : $out;
}

sub fails_on ($table, $want, @words) {
	my ($status, $out, $err) = on($table, @words);
	is $status, 1, 'cruddur ' . join(' ', grep { !ref } @words) . ' fails';
	like $err, $want, 'and says why';
	return;
}

# Debian's AWS CLI; a last hash is sent as JSON.
sub aws (@words) {
	my $in = ref $words[-1] ? pop @words : undef;
	my $file = $stack->dir . '/aws.json';
	if ($in) {
		open my $out, '>', $file or die $!;
		print $out $json->encode($in);
		close $out;
		push @words, '--cli-input-json', "file://$file";
	}
	local %ENV = (%ENV, $stack->env->%*, AWS_PAGER => '');
	open my $cli, '-|', '/usr/bin/aws', '--output', 'json', '--endpoint-url',
	    $ENV{AWS_ENDPOINT_URL_DYNAMODB}, 'dynamodb', @words or die $!;
	my $text = do { local $/; <$cli> };
	close $cli or die "aws @words: status $?";
	return $text ? $json->decode($text) : undef;
}

sub table ($name) { return Cruddur::DDB->new(%$ddb, table => $name) }

# Texts, sorted: items in no order, their attributes in no order.
sub canonical (@items) { return sort map { $json->encode($_) } @items }

subtest 'list-tables, describe' => sub {
	is ok_on(undef, 'ddb', 'list-tables', '--json'),
	    qq([{"table":"cruddur-messages"}]\n), 'list';
	like scalar ok_on(undef, 'ddb', 'describe'),
	    qr/^table +cruddur-messages\nstatus +ACTIVE\nbilling +on demand\n/,
	    'describe';
	my $said = $json->decode(scalar ok_on(undef, 'ddb', 'describe', '--json'));
	my $want = aws('describe-table', '--table-name', 'cruddur-messages')->{Table};
	is_deeply { %$said{qw(TableArn KeySchema GlobalSecondaryIndexes
		StreamSpecification LatestStreamArn ItemCount)} },
	    { %$want{qw(TableArn KeySchema GlobalSecondaryIndexes
		StreamSpecification LatestStreamArn ItemCount)} },
	    '--json is what the AWS CLI says';
	fails_on('none-such', qr/no table none-such.*schema-load/s,
		'ddb', 'describe');
	$ddb->call(CreateTable => {
		TableName => "many-$_", BillingMode => 'PAY_PER_REQUEST',
		AttributeDefinitions => [{ AttributeName => 'k',
			AttributeType => 'S' }],
		KeySchema => [{ AttributeName => 'k', KeyType => 'HASH' }],
	}) for 100 .. 205;
	my $tables = $json->decode(
		scalar ok_on(undef, 'ddb', 'list-tables', '--json'));
	is scalar(@$tables), 107, 'all pages';
};

subtest 'schema-load' => sub {
	my (undef, $err) = ok_on('mine', 'ddb', 'schema-load');
	like $err, qr/created the table mine/, 'creates';
	my $made = aws('describe-table', '--table-name', 'mine')->{Table};
	my $other = table('other');
	$other->create_table;
	my $want = aws('describe-table', '--table-name', 'other')->{Table};
	for my $t ($made, $want) {
		delete @$t{qw(TableName TableArn TableId CreationDateTime ItemCount
			TableSizeBytes LatestStreamArn LatestStreamLabel
			BillingModeSummary)};
		delete @{ $t->{GlobalSecondaryIndexes}[0] }
		    {qw(IndexArn ItemCount IndexSizeBytes)};
		$t->{AttributeDefinitions} = [sort { $a->{AttributeName} cmp
			$b->{AttributeName} } $t->{AttributeDefinitions}->@*];
	}
	is_deeply $made, $want, 'with index and stream, on demand';
	ok table('mine')->get('META', 'UPGRADED'), 'marked as upgraded';
	(undef, $err) = ok_on('mine', 'ddb', 'schema-load');
	like $err, qr/stands already, as it should be/, 'safe to repeat';
	ok_on('paid', 'ddb', 'schema-load', '--provisioned');
	my $paid = aws('describe-table', '--table-name', 'paid')->{Table};
	is_deeply [map { @$_{qw(ReadCapacityUnits WriteCapacityUnits)} }
		$paid->{ProvisionedThroughput},
		$paid->{GlobalSecondaryIndexes}[0]{ProvisionedThroughput}],
	    [5, 5, 5, 5], '--provisioned';
	fails_on('many-100',
		qr/keys: they must be pk.*index: there is no index.*stream: it is off.*keys cannot be changed/s,
		'ddb', 'schema-load');
	$ddb->call(CreateTable => {
		TableName => 'nearly', BillingMode => 'PAY_PER_REQUEST',
		AttributeDefinitions => [map { { AttributeName => $_,
			AttributeType => 'S' } } qw(pk sk)],
		KeySchema => [{ AttributeName => 'pk', KeyType => 'HASH' },
			{ AttributeName => 'sk', KeyType => 'RANGE' }],
		StreamSpecification => { StreamEnabled => JSON::PP::true,
			StreamViewType => 'KEYS_ONLY' },
	});
	fails_on('nearly',
		qr/index: there is no index message.*must show NEW_IMAGE, not KEYS_ONLY.*update-table/s,
		'ddb', 'schema-load');
};

subtest 'drop' => sub {
	fails_on(undef, qr/This destroys the table mine in.*nothing was done/s,
		'ddb', 'drop', 'mine', \"n\n");
	ok_on(undef, 'ddb', 'drop', 'mine', \"y\n");
	ok_on(undef, 'ddb', 'drop', 'many-205', '--yes');
	my %left = map { ($_ => 1) } aws('list-tables')->{TableNames}->@*;
	ok !$left{mine} && !$left{'many-205'} && $left{'many-204'}, 'those are gone';
	fails_on(undef, qr/no table mine/, 'ddb', 'drop', 'mine', '--yes');
	# production: AWS itself is asked, and only once the name was typed
	my $proxy = Cruddur::Stub->start(sub { [502, ''] });
	local $ENV{https_proxy} = $proxy->url;
	for my $answer ("y\n", "") {
		fails_on(undef, qr/us-east-1.*PRODUCTION.*Type its name, paid,.*nothing was done/s,
			'ddb', 'drop', 'paid', 'prod', '--yes', \$answer);
	}
	is $proxy->connections, 0, 'nobody was asked';
	fails_on(undef, qr/cannot drop the table/, 'ddb', 'drop', 'paid', 'prod',
		\"paid\n");
	is(($proxy->requests)[0]{headers}{host} // '',
		'dynamodb.us-east-1.amazonaws.com:443', 'AWS, not the emulator');
	$proxy->stop;
};

subtest 'seed' => sub {
	my @lines = grep { /^\w+: / } split /\n/, slurp('demo/conversation.txt');
	ok_on('seeded', 'ddb', 'schema-load');
	my (undef, $err) = ok_on('seeded', 'ddb', 'seed');
	like $err, qr/@{[scalar @lines]} of @{[scalar @lines]} messages are new/, 'all';
	my @before = canonical(table('seeded')->scan);
	is scalar(@before), @lines + 6, 'messages, members, inboxes, pair, mark';
	(undef, $err) = ok_on('seeded', 'ddb', 'seed');
	like $err, qr/: 0 of/, 'repeated: nothing is new';
	is_deeply [canonical(table('seeded')->scan)], \@before, 'the same items';
	# an earlier run that was stopped
	my @messages = grep { $_->{sk} =~ /^\d/ }
	    table('seeded')->query("MSG#$demo");
	is $messages[0]{message}, $lines[0] =~ s/^\w+: //r, 'the first one';
	table('seeded')->call(DeleteItem => { TableName => 'seeded',
		Key => { pk => { S => $_->{pk} }, sk => { S => $_->{sk} } } })
	    for @messages[50 .. 59];
	(undef, $err) = ok_on('seeded', 'ddb', 'seed');
	like $err, qr/: 10 of/, 'goes on where one was stopped';
	is_deeply [canonical(table('seeded')->scan)], \@before, 'the same items';
	$stack->dbh->do(q(UPDATE users SET handle = 'elsewhere'
	    WHERE handle = 'bayko'));
	fails_on('seeded', qr/no \@bayko in the database.*db seed/s, 'ddb', 'seed');
	$stack->dbh->do(q(UPDATE users SET handle = 'bayko'
	    WHERE handle = 'elsewhere'));
};

subtest 'get-conversation, list-conversations' => sub {
	my ($out, $err) = ok_on(undef, 'ddb', 'get-conversation', $demo,
		'--limit', '3', '--json', '--capacity');
	my @all = grep { $_->{sk} =~ /^\d/ } $ddb->query("MSG#$demo");
	is_deeply $json->decode($out), [map { {
		uuid => $_->{message_uuid}, display_name => $_->{user_display_name},
		handle => $_->{user_handle}, message => $_->{message},
		created_at => $_->{sk},
	} } @all[-3 .. -1]], 'the newest three, oldest first';
	like $err, qr/^consumed capacity: [\d.]+ read units$/m, 'capacity';
	($out) = ok_on(undef, 'ddb', 'get-conversation', uc $demo);
	is scalar(split /\n/, $out), 21, 'a table of twenty and its head';
	my $none = '00000000-0000-4000-8000-000000000000';
	fails_on(undef, qr/no conversation $none/, 'ddb', 'get-conversation', $none);

	($out, $err) = ok_on(undef, 'ddb', 'list-conversations', '@Bayko',
		'--json', '--capacity');
	is_deeply $json->decode($out), [{
		uuid => $demo, display_name => 'Andrew Brown',
		handle => 'andrewbrown', message => $all[-1]{message},
		created_at => $all[-1]{sk} }], 'the inbox';
	like $err, qr/^consumed capacity/m, 'capacity';
	is ok_on(undef, 'ddb', 'list-conversations', 'ulake', '--json'), "[]\n",
	    'an empty one';
	fails_on(undef, qr/no \@nobody in the database/, 'ddb',
		'list-conversations', '@nobody');

	$ddb->put({ %{ $all[-1] }, sk => '2030-01-01T00:00:00.000000+00:00',
		message => "\e[31mred\nalert \x{9b}5m 中文🚀" });
	$out = ok_on(undef, 'ddb', 'get-conversation', $demo, '--limit', '2');
	utf8::decode($out);
	like $out, qr/\?\[31mred alert \?5m 中文🚀 {2}/, 'made harmless';
	my ($head, @rows) = split /\n/, $out;
	is scalar(@rows), 2, 'a line each';
	$ddb->call(DeleteItem => { TableName => 'cruddur-messages', Key => {
		pk => { S => "MSG#$demo" },
		sk => { S => '2030-01-01T00:00:00.000000+00:00' } } });
};

# A conversation as the bootcamp's scripts put it, by the AWS CLI.
sub bootcamp ($table, $group, $time, %who) {
	my @who = map { { user_uuid => { S => $_ },
		user_display_name => { S => $who{$_} },
		user_handle => { S => lc $who{$_} } } } sort keys %who;
	my @items = (
		map({ {
			pk => { S => "GRP#$who[$_]{user_uuid}{S}" },
			sk => { S => $time }, message => { S => 'last words' },
			message_group_uuid => { S => $group }, ($who[1 - $_] // $who[0])->%* } } 0 .. $#who),
		{ pk => { S => "MSG#$group" }, sk => { S => $time },
			message => { S => 'last words' },
			message_uuid => { S => $group =~ s/^..../ffff/r },
			$who[0]->%* },
	);
	aws('batch-write-item', { RequestItems => {
		$table => [map { { PutRequest => { Item => $_ } } } @items] } });
	return @items;
}

sub uuid ($n) { return sprintf '%08x-0000-4000-8000-000000000000', $n }

subtest 'upgrade: what the AWS CLI put in the bootcamp\'s shape' => sub {
	my $old = table('old');
	$old->create_table; # not by us: no mark
	my @before;
	for my $n (1 .. 5) {
		push @before, bootcamp('old', uuid(0x100 + $n),
			"2023-04-1${n}T13:14:56.789012+00:00",
			uuid(1) => 'Ann', uuid(1 + $n) => "Ben$n");
	}
	# a second conversation of two, one half gone, and something foreign
	push @before, bootcamp('old', uuid(0x200),
		'2023-04-20T13:14:56.789012+00:00', uuid(1) => 'Ann', uuid(2) => 'Ben1');
	push @before, bootcamp('old', uuid(0x300),
		'2023-04-21T13:14:56.789012+00:00', uuid(8) => 'Cid');
	# an inbox row that the old stream function lost
	my @half = bootcamp('old', uuid(0x400),
		'2023-04-22T13:14:56.789012+00:00', uuid(6) => 'Dee', uuid(7) => 'Eve');
	aws('delete-item', { TableName => 'old',
		Key => { $half[1]->%{qw(pk sk)} } });
	push @before, @half[0, 2];
	push @before, { pk => { S => 'FOREIGN' }, sk => { S => 'x' },
		n => { N => '42' }, l => { L => [{ BOOL => JSON::PP::true }] },
		b => { B => 'AAEC' } };
	aws('put-item', { TableName => 'old', Item => $before[-1] });

	is ok_on('old', 'ddb', 'upgrade', '--dry-run'),
	    "8 of 8 conversations need member and pair rows\n", 'dry run';
	is_deeply [canonical(aws('scan', '--table-name', 'old')->{Items}->@*)],
	    [canonical(@before)], 'changes nothing';
	fails_on('old', qr/Nothing that stands changes.*nothing was done/s,
		'ddb', 'upgrade', \"n\n");
	is_deeply [canonical(aws('scan', '--table-name', 'old')->{Items}->@*)],
	    [canonical(@before)], 'changes nothing';

	# as if stopped after one of two member rows
	$old->put({ pk => 'MSG#' . uuid(0x101), sk => 'MEMBER#' . uuid(1),
		user_uuid => uuid(1), user_display_name => 'Ann',
		user_handle => 'ann', joined_at => 'then' });
	my ($status, $out, $err) = on('old', 'ddb', 'upgrade', '--json', \"y\n");
	is $status, 0, 'upgrade';
	is_deeply $json->decode($out), { items => 24, groups => 8, old => 8,
		upgraded => 7, left => 1, dry_run => JSON::PP::false }, 'counts';
	like $err, qr/@{[uuid(0x300)]}: nobody knows two people of it/,
	    'names what is left';
	for my $g (map { uuid($_) } 0x101 .. 0x105, 0x200, 0x400) {
		is scalar(grep { $_->{sk} =~ /^MEMBER#/ } $old->query("MSG#$g")), 2,
		    "$g has members";
	}
	for my $n (2 .. 6) {
		my $pair = $old->get("PAIR#@{[uuid(1)]}#@{[uuid($n)]}", 'PAIR');
		ok $pair, "pair of Ann and $n";
	}
	is $old->get('MSG#' . uuid(0x101), 'MEMBER#' . uuid(1))->{joined_at},
	    'then', 'what stood is unchanged';
	my %now = map { ($_ => 1) }
	    canonical(aws('scan', '--table-name', 'old')->{Items}->@*);
	is scalar(grep { !$now{$_} } canonical(@before)), 0,
	    'every item that was there is there';
	ok $old->get('META', 'UPGRADED'), 'marked';
	is ok_on('old', 'ddb', 'upgrade', '--yes'),
	    "0 conversations upgraded, 1 left as they are\n", 'repeated';

	# killed between the members and the pair
	$old->call(DeleteItem => { TableName => 'old', Key => {
		pk => { S => "PAIR#@{[uuid(1)]}#@{[uuid(3)]}" },
		sk => { S => 'PAIR' } } });
	is ok_on('old', 'ddb', 'upgrade', '--yes'),
	    "1 conversation upgraded, 1 left as they are\n", 'a lost pair row';

	is_deeply $json->decode(scalar ok_on('old', 'ddb', 'get-conversation',
		uuid(0x101), '--json')), [{ uuid => uuid(0x101) =~ s/^..../ffff/r,
		display_name => 'Ann', handle => 'ann', message => 'last words',
		created_at => '2023-04-11T13:14:56.789012+00:00' }], 'and read';
};

subtest 'what this tool wrote is read by the AWS CLI' => sub {
	my $out = aws('query', '--table-name', 'cruddur-messages',
		'--key-condition-expression', 'pk = :pk',
		'--expression-attribute-values',
		$json->encode({ ':pk' => { S => "MSG#$demo" } }));
	is $out->{Count}, scalar(() = slurp('demo/conversation.txt') =~ /^\w+: /mg)
	    + 2, 'messages and members';
	is_deeply [grep { grep { !defined $_->{S} } values %$_ }
		$out->{Items}->@*], [], 'all attributes are strings';
};

subtest 'scan of 20,000 items equals what the AWS CLI reads' => sub {
	my $big = table('big'); # without index and stream it fills faster
	$big->call(CreateTable => {
		TableName => 'big', BillingMode => 'PAY_PER_REQUEST',
		AttributeDefinitions => [map { { AttributeName => $_,
			AttributeType => 'S' } } qw(pk sk)],
		KeySchema => [{ AttributeName => 'pk', KeyType => 'HASH' },
			{ AttributeName => 'sk', KeyType => 'RANGE' }],
	});
	$big->put(map { {
		pk => 'MSG#' . uuid($_ % 500), sk => sprintf('%08d', $_),
		message => "crud $_ \"quoted\" / é 🚀 " . 'x' x ($_ % 200),
		message_uuid => uuid($_),
	} } 1 .. 20_000);
	my @want = canonical(aws('scan', '--table-name', 'big')->{Items}->@*);
	is scalar(@want), 20_000, 'the AWS CLI reads them';
	for my $segments (1, 4) {
		my $out = ok_on('big', 'ddb', 'scan', '--segments', $segments);
		my @got = canonical(map { $json->decode($_) } split /\n/, $out);
		is scalar(@got), 20_000, 'a line each';
		ok "@got" eq "@want", 'the very same items';
	}
	my @types = map { $json->decode($_) } grep { /FOREIGN/ }
	    split /\n/, ok_on('old', 'ddb', 'scan');
	is_deeply \@types, [{ pk => { S => 'FOREIGN' }, sk => { S => 'x' },
		n => { N => '42' }, l => { L => [{ BOOL => JSON::PP::true }] },
		b => { B => 'AAEC' } }], 'other types too';
};

subtest 'scan to a full disk' => sub {
	local %ENV = (%ENV, $stack->env->%*, CRUDDUR_TABLE => 'big');
	my $err = qx('$program' ddb scan 2>&1 >/dev/full);
	is $? >> 8, 1, 'fails';
	like $err, qr/^cruddur: standard output cannot be written/, 'says why';
};

# A scan that is ended in the middle.
sub end_scan ($signal, $number) {
	my $out = $stack->dir . '/scan.out';
	unlink $out;
	my $pid = fork // die $!;
	if (!$pid) {
		%ENV = (%ENV, $stack->env->%*, CRUDDUR_TABLE => 'big');
		open STDOUT, '>', $out or die $!;
		open STDERR, '>', "$out.err" or die $!;
		exec $program, 'ddb', 'scan';
	}
	wait_for { -s $out } 'the first lines';
	kill $signal => $pid;
	waitpid $pid, 0;
	is $? & 127, $number, "ended by SIG$signal";
	like slurp("$out.err"), qr/interrupted/, 'says so';
	my $text = slurp($out);
	cmp_ok scalar(() = $text =~ /\n/g), '<', 20_000, 'before the end';
	ok eval { $json->decode($_) for split /\n/, $text; 1 }, 'whole lines';
	like $text, qr/\n\z/, 'to the last';
	return;
}

subtest 'Ctrl-C: whole lines, and the signal' => sub {
	end_scan(INT => 2);
	end_scan(TERM => 15);
};

subtest 'Ctrl-C while a backend hangs: told, and the second one ends it' => sub {
	my $stub = Cruddur::Stub->start(sub { 'freeze' });
	my $dir = $stack->dir;
	local %ENV = (%ENV, $stack->env->%*,
		AWS_ENDPOINT_URL_DYNAMODB => $stub->url);
	my $pid = fork // die $!;
	exec 'script', '-qefc', "sh -c 'echo \$\$ >$dir/pid; exec $program ddb list-tables'",
	    "$dir/typescript" if !$pid && open STDIN, '<', '/dev/null'
	    and open STDOUT, '>', '/dev/null';
	wait_for { $stub->requests } 'its call';
	chomp(my $child = slurp("$dir/pid"));
	kill INT => $child;
	wait_for { slurp("$dir/typescript") =~ /once more stops at once/ }
	    'a word about it';
	kill INT => $child;
	waitpid $pid, 0;
	is $? >> 8, 130, 'ended';
	$stub->stop;
};

subtest 'progress on a terminal only' => sub {
	my $env = join ' ', map { "$_='" . $stack->env->{$_} . "'" }
	    grep { /^AWS/ } keys $stack->env->%*;
	my $tty = qx(script -qec "env $env CRUDDUR_TABLE=big '$program' ddb scan >/dev/null" /dev/null </dev/null);
	like $tty, qr/\r\e\[K\d+ items/, 'on a terminal';
	my (undef, $err) = ok_on('big', 'ddb', 'scan');
	is $err, '', 'not elsewhere';
};

# [what, the stub's answer, what is said]
my $error = sub ($status, $type, $text) {
	return [$status, $json->encode({
		__type => "com.amazonaws.dynamodb.v20120810#$type",
		message => $text })];
};
my @faults = (
	['denied by IAM', $error->(400, 'AccessDeniedException',
		'User: arn:aws:iam::1:user/x is not authorized to perform: '
		. 'dynamodb:Scan on resource: y'),
		qr/dynamodb:Scan on resource.*IAM does not allow.*aws policy api/s],
	['unknown key', $error->(400, 'UnrecognizedClientException',
		'The security token included in the request is invalid.'),
		qr/does not know this access key \(region us-east-1\)/],
	['wrong secret', $error->(400, 'InvalidSignatureException',
		'The request signature we calculated does not match'),
		qr/secret access key is wrong/],
	['expired', $error->(400, 'ExpiredTokenException',
		'The security token included in the request is expired'),
		qr/have expired: get new ones/],
	['no such table', $error->(400, 'ResourceNotFoundException',
		'Requested resource not found'),
		qr/no table cruddur-messages here.*Is the region right/s],
	['throttled', $error->(400, 'ProvisionedThroughputExceededException',
		'slow down'), qr/ThroughputExceeded/],
);

subtest 'faults say what to do' => sub {
	for my $fault (@faults) {
		my ($what, $answer, $want) = @$fault;
		my $stub = Cruddur::Stub->start(sub { $answer });
		my ($status, $out, $err) = run_program({
			$stack->env->%*, AWS_ENDPOINT_URL_DYNAMODB => $stub->url,
			CRUDDUR_CONFIG => '/dev/null',
		}, 'cruddur', 'ddb', 'scan');
		is $status, 1, $what;
		like $err, $want, 'says so';
		is $out, '', 'nothing on standard output';
		$stub->stop;
	}
	my %more = (
		'nobody listens' => [{ AWS_ENDPOINT_URL_DYNAMODB =>
			'http://127.0.0.1:1' }, qr/nobody listens there/],
		'no such region' => [{ AWS_REGION => 'mars-north-1',
			AWS_ENDPOINT_URL_DYNAMODB => '' },
			qr/is the region right \(mars-north-1\)/],
	);
	for my $what (sort keys %more) {
		my ($env, $want) = $more{$what}->@*;
		my ($status, $out, $err) = run_program({ $stack->env->%*,
			CRUDDUR_CONFIG => '/dev/null', %$env }, 'cruddur', 'ddb',
			'list-tables');
		is $status, 1, $what;
		like $err, $want, 'says so';
	}
};

done_testing;
