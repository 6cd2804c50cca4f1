#!/usr/bin/perl
# The command line itself: help, mistakes, exit statuses, what is made of the
# table. Needs no server.
use v5.36;
use JSON::PP ();
use Test::More;
use Cruddur::Programs qw(run_program);
use Cruddur::Stack qw(slurp);

my $build = Cruddur::Stack::build_dir();
my %env = (CRUDDUR_CONFIG => '/dev/null', AWS_REGION => 'ca-central-1');

sub cruddur (@args) { return run_program(\%env, 'cruddur', @args) }

# The paths of all commands, as completion has them.
my @paths = map { /^([a-z][^|]*)\|/ ? $1 : () }
    split /\n/, (cruddur('completion', 'bash'))[1];
cmp_ok scalar(@paths), '>=', 30, 'there are commands';

subtest 'help at every level' => sub {
	my ($status, $all) = cruddur('--help');
	is $status, 0, 'cruddur --help';
	for my $path (@paths) {
		like $all, qr/^  \Q$path\E(?: [A-Z@]+)? +\S/m, "names $path";
		my ($status, $out, $err) = cruddur(split(/ /, $path), '--help');
		is $status, 0, "$path --help";
		like $out, qr/^usage: cruddur \Q$path\E/, 'says how to use it';
		is $err, '', 'on standard output';
	}
	for my $noun (qw(db ddb cognito rds aws)) {
		my ($status, $out, $err) = cruddur($noun, '--help');
		is $status, 0, "$noun --help";
		unlike $out, qr/^  (?!$noun )\w/m, 'its own commands only';
		($status, $out, $err) = cruddur($noun);
		is $status, 2, "$noun alone is no command";
		like $err, qr/^  $noun /m, 'and shows what is';
	}
	is((cruddur('help', 'db', 'migrate'))[1],
		(cruddur('db', 'migrate', '--help'))[1], 'help as a word');
	my ($none, undef, $err) = cruddur();
	is $none, 2, 'nothing at all';
	is $err, $all, 'shows all of it';
	like((cruddur('--version'))[1], qr/^cruddur \d+\.\d+\.\d+\n\z/, 'version');
};

# [words, what is said]
my @mistakes = (
	[[qw(db mirgate)], qr/no command 'db mirgate'.*cruddur db migrate'/s],
	[[qw(dbb migrate)], qr/cruddur db migrate'/],
	[[qw(ddb get-conversatoin x)], qr/cruddur ddb get-conversation'/],
	[[qw(docter)], qr/cruddur doctor'/],
	[[qw(sing a song)], qr/no command 'sing a song'.*cruddur --help/s],
	[[qw(db migrate --statsu)], qr/no option --statsu\. Did you mean --status/],
	[[qw(db migrate --frobnicate)], qr/no option --frobnicate\n/],
	[[qw(db drop --segments 4)], qr/'db drop' takes no --segments/],
	[[qw(db drop --json)], qr/'db drop' takes no --json/],
	[[qw(ddb scan --segments)], qr/--segments needs a value/],
	[[qw(ddb scan --segments x)], qr/--segments takes a number from 1 to 64/],
	[[qw(ddb scan --segments=0)], qr/--segments takes a number from 1 to 64/],
	[[qw(db migrate --status=yes)], qr/--status takes no value/],
	[[qw(ddb drop)], qr/'ddb drop' needs TABLE/],
	[[qw(db create it now)], qr/'db create' takes no 'it'/],
	[[qw(db migrate --profile staging)], qr/no profile 'staging'/],
	[[qw(ddb get-conversation x)], qr/'x' is no UUID/],
	[[qw(ddb list-conversations @no-handle)], qr/is no handle/],
	[[qw(db new-migration Not-A-Name)], qr/no name of a migration/],
	[[qw(aws policy api)], qr/--account 123456789012/],
	[[qw(aws policy api --account 12)], qr/--account 123456789012/],
	[[qw(completion zsh)], qr/only bash/],
	[[1 .. 9], qr/too many words/],
);

subtest 'mistakes: status 2, on standard error' => sub {
	for my $case (@mistakes) {
		my ($words, $want) = @$case;
		my ($status, $out, $err) = cruddur(@$words);
		is $status, 2, "words: @$words";
		like $err, $want, 'says what and what to do';
		is $out, '', 'nothing on standard output';
	}
};

# [words, environment, what is said]
my @lacks = (
	[[qw(db migrate)], {}, qr/connection_url: is not set/],
	[[qw(db migrate prod)], { CONNECTION_URL => 'postgresql://x' },
		qr/no production database.*PROD_CONNECTION_URL/s],
	[[qw(db migrate)], { CONNECTION_URL => 'postgresql://u:p%@h/d' },
		qr/CONNECTION_URL is no connection URI.*%40/s],
	[[qw(ddb scan)], { AWS_REGION => '' }, qr/region: is not set/],
	[[qw(ddb scan)], { AWS_EC2_METADATA_DISABLED => 'true' },
		qr/credentials.*AWS_ACCESS_KEY_ID/s],
	[[qw(cognito list-users)], {}, qr/user_pool_id: is not set/],
	[[qw(rds update-sg-rule)], {}, qr/DB_SG_ID is not set/],
	[[qw(rds update-sg-rule)], { DB_SG_ID => 'sg-1' },
		qr/DB_SG_RULE_ID is not set/],
	[[qw(aws vpc-endpoint create)], {}, qr/DEFAULT_VPC_ID is not set/],
	[[qw(config show)], { CRUDDUR_WORKERS => 'many' }, qr/CRUDDUR_WORKERS/],
	[[qw(config show --config /nowhere)], {}, qr{/nowhere: No such file}],
	[[qw(db new-migration x)], { CRUDDUR_DATA_DIR => '/nowhere' },
		qr{/nowhere/sql/migrations.*CRUDDUR_DATA_DIR}s],
);

subtest 'what is not configured: status 1, and what to set' => sub {
	for my $case (@lacks) {
		my ($words, $more, $want) = @$case;
		my ($status, $out, $err) =
		    run_program({ %env, HOME => '/nowhere', %$more },
			'cruddur', @$words);
		is $status, 1, "@$words";
		like $err, $want, 'says what to set';
		is $out, '', 'nothing on standard output';
	}
};

subtest 'config show' => sub {
	my ($status, $out) = run_program({
		%env, CONNECTION_URL => 'postgresql://u:sesame@h/d',
		PROD_CONNECTION_URL => 'postgresql://u:sesame@prod/d',
		AWS_SECRET_ACCESS_KEY => 'sesame',
		AWS_ENDPOINT_URL => 'http://127.0.0.1:8000',
		AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER => 'https://vpce.example',
	}, 'cruddur', 'config', 'show', '--json', 'prod');
	is $status, 0, 'works';
	unlike $out, qr/sesame/, 'secrets are hidden';
	my %by = map { ("$_->{section}.$_->{option}" => $_) }
	    JSON::PP->new->utf8->decode($out)->@*;
	my $def = slurp('src/base/conf.def');
	my $n = () = $def =~ /^(?:STR|INT|BOOL)\(/mg;
	is scalar(keys %by), $n, 'every option';
	is $by{'aws.secret_access_key'}{value}, '(hidden)', 'a secret that is set';
	is $by{'aws.session_token'}{value}, '', 'one that is not';
	is $by{'aws.region'}{origin}, 'environment AWS_REGION', 'origin';
	is $by{'api.workers'}{origin}, 'default', 'default';
	my ($ms) = slurp("$build/man/cruddur.conf.5")
	    =~ /^\.B attempt_timeout_ms\n.*?Default: (\d+)/ms;
	is $by{'dynamodb.attempt_timeout_ms'}{value}, $ms,
	    'the value of the servers, not our own';
	is $by{'dynamodb.endpoint'}{value}, '', 'prod: no local endpoint';
	is $by{'dynamodb.endpoint'}{origin}, 'profile prod', 'and why';
	is $by{'cognito.endpoint'}{value}, 'https://vpce.example',
	    'prod: one that is not local stays';
};

subtest 'policies' => sub {
	my %want = (
		api => [qw(ConditionCheckItem DescribeTable GetItem PutItem Query
			UpdateItem)],
		stream => [qw(ConditionCheckItem DeleteItem DescribeStream
			DescribeTable GetItem GetRecords GetShardIterator PutItem Query
			UpdateItem)],
	);
	for my $which (sort keys %want) {
		my ($status, $out) =
		    cruddur('aws', 'policy', $which, '--account', '123456789012');
		is $status, 0, $which;
		is((cruddur('aws', 'policy', $which, '--account', '123456789012',
			'--json'))[1], $out, 'is JSON anyway');
		my $doc = JSON::PP->new->decode($out);
		is $doc->{Version}, '2012-10-17', 'a policy';
		my %actions = map { ($_ => 1) }
		    map { $_->{Action}->@* } $doc->{Statement}->@*;
		is_deeply [sort keys %actions],
		    [map { "dynamodb:$_" } $want{$which}->@*], 'actions, no more';
		for my $s ($doc->{Statement}->@*) {
			like $s->{Resource}, qr{^arn:aws:dynamodb:ca-central-1:123456789012:table/cruddur-messages(/index/message-group-sk-index|/stream/\*)?\z},
			    "$s->{Sid}: of this table only";
		}
	}
	my (undef, $out) = run_program({ %env, AWS_REGION => 'cn-north-1' },
		'cruddur', qw(aws policy api --account 123456789012));
	like $out, qr/arn:aws-cn:/, 'partition of China';
};

subtest 'a full disk is a failure' => sub {
	for my $words ('config show', 'help db', 'db --help', '--version') {
		my $said = qx(CRUDDUR_CONFIG=/dev/null '$build/cruddur' $words 2>&1 >/dev/full);
		is $? >> 8, 1, "$words: status 1";
		is $said, "cruddur: standard output cannot be written: No space left "
		    . "on device\n", 'it says why';
	}
};

# Else the first file or connection that is opened would be the closed one.
subtest 'standard files that are closed' => sub {
	my $said = qx(CRUDDUR_CONFIG=/dev/null '$build/cruddur' ddb scan <&- 2>&-);
	is $said, '', 'nothing is said where nobody listens';
	is $? >> 8, 1, 'a failure is one';
	system "CRUDDUR_CONFIG=/dev/null '$build/cruddur' config show >&-";
	is $? >> 8, 0, 'output that nobody wants';
};

subtest 'colour on a terminal only, and never with NO_COLOR' => sub {
	my $pty = sub ($shell) {
		return qx(script -qec "$shell" /dev/null </dev/null);
	};
	my $show = "CRUDDUR_CONFIG=/dev/null TERM=xterm '$build/cruddur' config show";
	like $pty->($show), qr/\e\[1m/, 'terminal';
	unlike $pty->("NO_COLOR=1 $show"), qr/\e/, 'NO_COLOR';
	unlike $pty->($show =~ s/xterm/dumb/r), qr/\e/, 'TERM=dumb';
	unlike qx($show), qr/\e/, 'pipe';
};

subtest 'help fits a screen' => sub {
	for my $path (@paths) {
		my (undef, $out) = cruddur(split(/ /, $path), '--help');
		my ($text) = $out =~ /\A(.*?)\n(?:  --|Every)/s;
		is_deeply [grep { length > 78 } split /\n/, $text], [], $path;
	}
};

subtest 'completion of bash' => sub {
	# [words, the one that is being typed last; what is offered]
	my @cases = (
		[['d'], [qw(db ddb doctor)]],
		[['db', 'm'], ['migrate']],
		[['aws', 'vpc-endpoint', ''], [qw(create list)]],
		[['db', 'migrate', '--st'], ['--status']],
		[['db', 'drop', '--y'], ['--yes']],
		[['db', 'drop', 'p'], ['prod']],
		[['--v'], [qw(--verbose --version)]],
		[['db', '--prof'], ['--profile']],
		[['--profile', ''], [qw(dev prod)]],
		[['--profile', 'prod', 'db', 'mig'], ['migrate']],
		[['db', 'migrate', '--config', '/etc/os-r'], ['/etc/os-release']],
	);
	for my $case (@cases) {
		my ($words, $want) = @$case;
		my $n = @$words;
		my $list = join ' ', map { "'$_'" } 'cruddur', @$words;
		my @got = sort split /\n/, qx(bash -c '. $build/cruddur.bash
		    COMP_WORDS=($list) COMP_CWORD=$n
		    _cruddur; printf "%s\\n" "\${COMPREPLY[\@]}"');
		is_deeply \@got, [sort @$want], "@$words";
	}
};

subtest 'manual pages are made of the tables' => sub {
	my $page = slurp("$build/man/cruddur.1") =~ s/\\-/-/gr;
	like $page, qr/^\.B \Q$_\E/m, "cruddur(1): $_" for @paths;
	unlike $page, qr/@\w+@|%[A-Z]+%/, 'nothing is left to fill in';
	for my $path (@paths) {
		my ($options) =
		    (cruddur(split(/ /, $path), '--help'))[1] =~ /\A(.*)\nEvery/s;
		my ($entry) = $page =~ /^\.B \Q$path\E(?: \S+)?\n(.*?)(?:^\.SH|^\.TP\n\.B [a-z])/ms;
		is_deeply [$entry =~ /^\.B (--\S+)/mg],
		    [$options =~ /^  (--\S+)/mg], "$path: the options of its help";
	}
	my $conf = slurp("$build/man/cruddur.conf.5") =~ s/\\-/-/gr;
	my $def = slurp('src/base/conf.def');
	while ($def =~ /^(?:STR|INT|BOOL)\(\w+, "(\w+)", "(\w+)"/mg) {
		like $conf, qr/^\.SS \[$1\]$/m, "section $1";
		like $conf, qr/^\.B $2$/m, "cruddur.conf(5): $2";
	}
	unlike $conf, qr/@\w+@|%[A-Z]+%/, 'nothing is left to fill in';
};

done_testing;
