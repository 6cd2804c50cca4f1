#!/usr/bin/perl
# cruddur db …: on a real Postgres.
use v5.36;
use File::Path qw(make_path);
use IO::Socket::INET;
use JSON::PP ();
use Test::More;
use Time::HiRes qw(sleep time);
use Cruddur::Programs qw(run_program);
use Cruddur::Stack qw(slurp wait_for);

my $stack = Cruddur::Stack->start(only => ['postgres']);
my $json = JSON::PP->new->utf8;
my $server = $stack->env->{CONNECTION_URL} =~ s{/cruddur$}{}r;
my $program = Cruddur::Stack::build_dir() . '/cruddur';
my $data = $stack->dir . '/data'; # migrations of our own
system 'cp', '-r', 'sql', "$data-sql";
make_path($data);
rename "$data-sql", "$data/sql" or die $!;

# cruddur WORDS on a database of the server; a last \"text" is typed.
sub on ($name, @words) {
	my $input = ref $words[-1] ? pop @words : \'';
	local $stack->{settings} = {
		CONNECTION_URL => "$server/$name",
		PROD_CONNECTION_URL => "$server/$name",
		CRUDDUR_DATA_DIR => $data,
	};
	return $stack->run('cruddur', @words, $input);
}

sub ok_on ($name, @words) {
	my ($status, $out, $err) = on($name, @words);
	is $status, 0, 'cruddur ' . join(' ', grep { !ref } @words)
	    or diag $out, $err;
	return wantarray ? ($out, $err) : $out;
}

# status 1, and what is said
sub fails_on ($name, $want, @words) {
	my ($status, $out, $err) = on($name, @words);
	is $status, 1, 'cruddur ' . join(' ', grep { !ref } @words) . ' fails';
	like $err, $want, 'and says why';
	return;
}

sub dbh ($name) {
	my $url = "dbi:Pg:dbname=$name;host=127.0.0.1;port=$stack->{ports}[3]";
	return DBI->connect($url, 'cruddur', 'cruddur',
		{ RaiseError => 1, PrintError => 0 });
}

sub there ($name) {
	return scalar $stack->dbh->selectrow_array(
		'SELECT count(*) FROM pg_database WHERE datname = ?', undef, $name);
}

sub migration ($number, $up, $down = 'SELECT 1') {
	for my $file (["up", $up], ["down", $down]) {
		open my $out, '>', "$data/sql/migrations/$number.$file->[0].sql"
		    or die $!;
		print $out "$file->[1];\n";
	}
	return;
}

subtest 'create, drop' => sub {
	my (undef, $err) = ok_on('fresh', 'db', 'create');
	like $err, qr/created the database fresh on 127\.0\.0\.1/, 'says so';
	is there('fresh'), 1, 'it is there';
	(undef, $err) = ok_on('fresh', 'db', 'create');
	like $err, qr/stands already/, 'safe to repeat';
	fails_on('fresh', qr/This destroys the database fresh on.*nothing was done/s,
		'db', 'drop', \"n\n");
	fails_on('fresh', qr/say --yes.*nothing was done/s, 'db', 'drop');
	is there('fresh'), 1, 'still there';
	my $other = dbh('fresh');
	fails_on('fresh', qr/being accessed.*kill-all/s, 'db', 'drop', '--yes');
	$other->disconnect;
	ok_on('fresh', 'db', 'drop', \"y\n");
	is there('fresh'), 0, 'gone';
	fails_on('fresh', qr/no database fresh/, 'db', 'drop', '-y');
};

subtest 'a name that needs quoting' => sub {
	ok_on('odd%20%22name%22', 'db', 'create');
	is there('odd "name"'), 1, 'is created';
	ok_on('odd%20%22name%22', 'db', 'drop', '--yes');
	is there('odd "name"'), 0, 'and dropped';
};

subtest 'on production the name is typed, whatever --yes says' => sub {
	ok_on('live', 'db', 'create', 'prod');
	for my $answer ("y\n", "liv\n", "\n", "") {
		fails_on('live', qr/PRODUCTION.*Type its name, live,.*nothing was done/s,
			'db', 'drop', 'prod', '--yes', \$answer);
	}
	is there('live'), 1, 'still there';
	ok_on('live', 'db', 'drop', '--profile', 'prod', \"live\n");
	is there('live'), 0, 'gone';
};

subtest 'setup: all of it, safe to repeat' => sub {
	my (undef, $err) = ok_on('whole', 'db', 'setup');
	like $err, qr/created.*loaded the schema; \d+ migrations.*seeded/s, 'all';
	my $dbh = dbh('whole');
	is $dbh->selectrow_array('SELECT count(*) FROM users'), 3, 'people';
	my @before = map { $_->@* } $dbh->selectall_arrayref(
		'SELECT uuid, message FROM activities ORDER BY 1');
	(undef, $err) = ok_on('whole', 'db', 'setup');
	like $err, qr/nothing to do: all \d+ migrations/, 'nothing twice';
	ok_on('whole', 'db', 'seed');
	is_deeply [map { $_->@* } $dbh->selectall_arrayref(
		'SELECT uuid, message FROM activities ORDER BY 1')], \@before,
	    'the same cruds';
	$dbh->disconnect;
	(undef, $err) = ok_on('live2', 'db', 'setup', 'prod');
	like $err, qr/no demo people on production/, 'prod: says so';
	my $live = dbh('live2');
	is $live->selectrow_array('SELECT count(*) FROM users'), 0, 'none there';
	$live->disconnect;
	ok_on('bare', 'db', 'setup', '--no-seed');
	my $bare = dbh('bare');
	is $bare->selectrow_array('SELECT count(*) FROM users'), 0, '--no-seed';
	$bare->disconnect;
};

subtest 'schema-load' => sub {
	ok_on('loaded', 'db', 'create');
	ok_on('loaded', 'db', 'schema-load');
	my $files = () = glob "$data/sql/migrations/*.up.sql";
	my $dbh = dbh('loaded');
	is $dbh->selectrow_array('SELECT count(*) FROM schema_migrations'), $files,
	    'all migrations are noted';
	fails_on('loaded', qr/not empty.*db migrate/s, 'db', 'schema-load');
	$dbh->do('DROP TABLE schema_migrations');
	fails_on('loaded', qr/not empty.*db drop/s, 'db', 'schema-load');
	$dbh->disconnect;
};

subtest 'migrate, one after the other' => sub {
	my @files = sort map { m{/(\d{4})_(\w+)\.up} ? [$1, $2] : () }
	    glob "$data/sql/migrations/*.up.sql";
	@files = sort { $a->[0] <=> $b->[0] } @files;
	ok_on('steps', 'db', 'create');
	my $pending = $json->decode(scalar ok_on('steps', 'db', 'migrate',
		'--dry-run', '--json'));
	is_deeply [map { [@$_{qw(version name)}] } @$pending], \@files,
	    'dry run names them';
	my $dbh = dbh('steps');
	ok_on('steps', 'db', 'migrate', '--status');
	fails_on('steps', qr/no migration is applied/, 'db', 'rollback', '--yes');
	is $dbh->selectrow_array("SELECT to_regclass('schema_migrations')::text"),
	    undef, 'and does nothing';
	my ($out, $err) = ok_on('steps', 'db', 'migrate', '--json');
	is_deeply [map { "@$_{qw(version name state)}" } $json->decode($out)->@*],
	    [map { "@$_ applied" } @files], '--json: what was applied';
	is ok_on('steps', 'db', 'migrate', '--json'), "[]\n", 'nothing more';
	is_deeply [$err =~ /^applied (\d{4}_\w+)$/mg],
	    [map { join '_', @$_ } @files], 'in order';
	like scalar ok_on('steps', 'db', 'migrate', '--status'),
	    qr/^version +name +state +applied_at\n(\d{4} +\w+ +applied +20\d\d-.* UTC\n)+\z/,
	    'status';
	is ok_on('steps', 'db', 'migrate', '--dry-run', '--json'), "[]\n",
	    'none is left';
	$dbh->disconnect;
};

subtest 'a migration that fails is taken back whole; those before it stand' => sub {
	migration('8001_good', 'CREATE TABLE good (n int)', 'DROP TABLE good');
	migration('8002_bad',
		'CREATE TABLE half (n int); SELECT 1/0; CREATE TABLE rest (n int)');
	fails_on('steps', qr/8002_bad \(up\): .*division by zero.*taken back whole/s,
		'db', 'migrate');
	my $dbh = dbh('steps');
	is_deeply $dbh->selectcol_arrayref("SELECT to_regclass(t)::text
	    FROM unnest(array['good', 'half', 'rest']) t"), ['good', undef, undef],
	    'tables';
	my $status = $json->decode(scalar ok_on('steps', 'db', 'migrate',
		'--status', '--json'));
	is_deeply [map { "$_->{name} $_->{state}" } @$status[-2, -1]],
	    ['good applied', 'bad pending'], 'status';
	$dbh->disconnect;
	unlink glob "$data/sql/migrations/8002_*";
};

subtest 'rollback' => sub {
	fails_on('steps', qr/This destroys what 8001_good made.*nothing was done/s,
		'db', 'rollback', \"\n");
	my (undef, $err) = ok_on('steps', 'db', 'rollback', \"y\n");
	like $err, qr/took back 8001_good/, 'names it';
	my $dbh = dbh('steps');
	is $dbh->selectrow_array("SELECT to_regclass('good')::text"), undef,
	    'its table is gone';
	unlink glob "$data/sql/migrations/8001_*";
	ok_on('steps', 'db', 'rollback', '--steps', '500', '--yes');
	is $dbh->selectrow_array("SELECT count(*) FROM pg_class WHERE relkind = 'r'
	    AND relnamespace = 'public'::regnamespace"), 1, 'all the way down';
	fails_on('steps', qr/no migration is applied/, 'db', 'rollback', '--yes');
	ok_on('steps', 'db', 'migrate');
	$dbh->disconnect;
};

subtest 'two at once: each migration once' => sub {
	# longer than a statement may take, for the one and for whoever waits
	my $brief = '?options=-c%20statement_timeout%3D1000';
	migration('8003_slow', 'SELECT pg_sleep(2.5); CREATE TABLE slow (n int)',
		'DROP TABLE slow');
	my @said;
	my @pids = map {
		pipe(my $in, my $out) or die $!;
		push @said, $in;
		my $pid = fork // die $!;
		if (!$pid) {
			%ENV = (%ENV, CONNECTION_URL => "$server/steps$brief",
				CRUDDUR_DATA_DIR => $data, CRUDDUR_CONFIG => '/dev/null');
			open STDERR, '>&', $out or die $!;
			exec $program, 'db', 'migrate';
		}
		$pid;
	} 1 .. 2;
	my @status = map { waitpid $_, 0; $? } @pids;
	is_deeply \@status, [0, 0], 'both end well';
	my @text = map { sysread $_, my $text, 65536; $text } @said;
	my $applied = grep { /applied 8003_slow/ } @text;
	is $applied + (grep { /another has just done it|nothing to do/ } @text), 2,
	    'one does it, the other says so' or diag @text;
	my $dbh = dbh('steps');
	is $dbh->selectrow_array('SELECT count(*) FROM schema_migrations
	    WHERE version = 8003'), 1, 'noted once';
	$dbh->disconnect;
};

subtest 'killed in the middle: nothing half done' => sub {
	migration('8004_killed',
		'CREATE TABLE killed (n int); SELECT pg_sleep(60); SELECT 1');
	my $pid = fork // die $!;
	if (!$pid) {
		%ENV = (%ENV, CONNECTION_URL => "$server/steps",
			CRUDDUR_DATA_DIR => $data, CRUDDUR_CONFIG => '/dev/null');
		open STDERR, '>', '/dev/null' or die $!;
		exec $program, 'db', 'migrate';
	}
	my $dbh = dbh('steps');
	wait_for { $dbh->selectrow_array(q(SELECT count(*) FROM pg_stat_activity
	    WHERE wait_event = 'PgSleep')) } 'the middle of it';
	kill INT => $pid;
	kill INT => $pid;
	kill KILL => $pid;
	waitpid $pid, 0;
	$dbh->do(q(SELECT pg_terminate_backend(pid) FROM pg_stat_activity
	    WHERE wait_event = 'PgSleep'));
	wait_for { !$dbh->selectrow_array(q(SELECT count(*) FROM pg_stat_activity
	    WHERE wait_event = 'PgSleep')) } 'its end';
	is $dbh->selectrow_array("SELECT to_regclass('killed')::text"), undef,
	    'no table';
	is $dbh->selectrow_array('SELECT count(*) FROM schema_migrations
	    WHERE version = 8004'), 0, 'not noted';
	$dbh->disconnect;
	unlink glob "$data/sql/migrations/8004_*";
};

subtest 'new-migration' => sub {
	my $out = ok_on('steps', 'db', 'new-migration', 'add_colours');
	is $out, join('', map { "$data/sql/migrations/8004_add_colours.$_.sql\n" }
		qw(up down)), 'numbered after the last';
	ok -s "$data/sql/migrations/8004_add_colours.up.sql", 'written';
	ok_on('steps', 'db', 'migrate');
	($out) = ok_on('steps', 'db', 'new-migration', 'more', '--json');
	is_deeply $json->decode($out), { map { ($_ =>
		"$data/sql/migrations/8005_more.$_.sql") } qw(up down) },
	    'and the next';
	symlink '/nowhere/x', "$data/sql/migrations/8006_half.down.sql";
	fails_on('steps', qr/8006_half\.down\.sql: /, 'db', 'new-migration', 'half');
	ok !-e "$data/sql/migrations/8006_half.up.sql", 'both or none';
	unlink glob "$data/sql/migrations/800*";
};

subtest 'connect: psql on the database, no password in its arguments' => sub {
	like scalar ok_on('whole', 'db', 'connect',
		\"select current_database() || '/' || current_user;\n"),
	    qr{^ whole/cruddur$}m, 'answers';
	my ($dir, $args) = ($stack->dir . '/bin', $stack->dir . '/args');
	mkdir $dir;
	open my $fake, '>', "$dir/psql" or die $!;
	print $fake "#!/bin/sh\ntr '\\0' ' ' </proc/\$\$/cmdline >$args\n"
	    . "env | grep ^PG >>$args\n";
	close $fake;
	chmod 0755, "$dir/psql";
	{
		local $ENV{PATH} = "$dir:$ENV{PATH}";
		ok_on('whole', 'db', 'connect');
	}
	my ($argv, $env) = slurp($args) =~ /^(.*?psql *)(.*)$/s;
	unlike $argv, qr/cruddur:|postgresql/, 'nothing among the arguments';
	like $env, qr/^PGPASSWORD=cruddur$/m, 'but in the environment';
	{
		local $ENV{PATH} = '/nowhere';
		fails_on('whole', qr/psql: No such file.*postgresql-client/s,
			'db', 'connect');
	}
};

subtest 'sessions, kill-all' => sub {
	my $other = dbh('whole');
	$other->do(q(SET application_name = 'somebody'));
	my ($mine) = $other->selectrow_array('SELECT pg_backend_pid()');
	my ($one) = grep { $_->{pid} == $mine } $json->decode(
		scalar ok_on('whole', 'db', 'sessions', '--json'))->@*;
	is_deeply [@$one{qw(user db address application state)}],
	    [qw(cruddur whole 127.0.0.1 somebody idle)], 'who';
	like $one->{connected_for}, qr/^\d\d:\d\d:\d\d$/, 'for how long';
	like scalar ok_on('whole', 'db', 'sessions'),
	    qr/^pid +user +db +address +application +state +connected_for\n$mine +cruddur/,
	    'as a table';
	fails_on('whole', qr/This destroys the 1 other session of.*whole/,
		'db', 'kill-all', \"n\n");
	ok $other->ping, 'still connected';
	is ok_on('whole', 'db', 'kill-all', '--yes'), "1 session ended\n", 'ended';
	ok !eval { $other->do('SELECT 1'); 1 }, 'it is';

	# those that we may not end are told, and left
	$other = dbh('whole');
	my $super = DBI->connect("dbi:Pg:dbname=whole;host=$stack->{dir}/postgres;"
		. "port=$stack->{ports}[3]", 'postgres', '', { RaiseError => 1 });
	my ($status, $out, $err) = on('whole', 'db', 'kill-all', '--yes', '--json');
	is $status, 1, 'a superuser is connected too';
	is_deeply $json->decode($out), { ended => 1, left => 1 }, 'he stays';
	like $err, qr/1 session could not be ended/, 'and is told of';
	ok $super->ping, 'he does';
	ok !eval { $other->do('SELECT 1'); 1 }, 'the other one is gone';
	$super->disconnect;
};

subtest 'expire' => sub {
	my $dbh = dbh('whole');
	$dbh->do('DELETE FROM activities');
	my $crud = sub ($message, $days, $parent = undef) {
		return $dbh->selectrow_array(q(INSERT INTO activities (user_uuid,
		    message, created_at, expires_at, reply_to_activity_uuid,
		    replies_count)
		    SELECT uuid, $1, now() - interval '40 days',
			now() + $2 * interval '1 day', $3::uuid, 0
		    FROM users WHERE handle = 'bayko' RETURNING uuid),
		    undef, $message, $days, $parent);
	};
	my $old = $crud->('old', -1);
	my $reply = $crud->('its reply', -1, $old);
	$crud->("reply to that $_", -1, $reply) for 1 .. 3;
	my $living = $crud->('living', 1);
	$crud->("reply of the living $_", 1, $living) for 1 .. 2;
	$dbh->do('UPDATE activities SET replies_count = 2 WHERE uuid = ?', undef,
		$living);
	$dbh->do(q(INSERT INTO activities (user_uuid, message, created_at,
	    expires_at) SELECT uuid, 'heap', now() - interval '40 days',
	    now() - interval '1 hour' FROM users, generate_series(1, 3000)
	    WHERE handle = 'bayko'));
	my @out = map {
		open my $fh, '-|', "CONNECTION_URL='$server/whole' "
		    . "CRUDDUR_CONFIG=/dev/null '$program' db expire --json" or die $!;
		$fh;
	} 1 .. 2;
	my @deleted = map { $json->decode(join '', <$_>)->{deleted} } @out;
	is $deleted[0] + $deleted[1], 3005, 'two at once delete each crud once';
	is_deeply $dbh->selectcol_arrayref(
		'SELECT message FROM activities ORDER BY 1'),
	    ['living', 'reply of the living 1', 'reply of the living 2'],
	    'what lives stays';
	is $dbh->selectrow_array('SELECT replies_count FROM activities
	    WHERE uuid = ?', undef, $living), 2, 'with its count';
	is ok_on('whole', 'db', 'expire'), "0 expired cruds deleted\n", 'repeated';
	$dbh->disconnect;
};

# [what, URL, what is said]
my $port = $stack->{ports}[3];
my @faults = (
	['nobody listens', 'postgresql://cruddur:cruddur@127.0.0.1:1/x',
		qr/Connection refused.*is Postgres started/s],
	['wrong password', "postgresql://cruddur:sesame\@127.0.0.1:$port/cruddur",
		qr/password authentication failed.*user or password/s],
	['no password', "postgresql://cruddur\@127.0.0.1:$port/cruddur",
		qr/no password.*postgresql:/s],
	['no such database', "postgresql://cruddur:cruddur\@127.0.0.1:$port/nil",
		qr/"nil" does not exist.*db setup/s],
	['no such host', 'postgresql://cruddur@no.such.host.invalid/x',
		qr/host.*is not known here/s],
);

# [what Postgres refuses a connection with, what to do]
my @refusals = (
	['role "root" does not exist', qr/runuser -u cruddur/],
	['Peer authentication failed for user "cruddur"', qr/runuser -u cruddur/],
	['must be owner of database x', qr/must own the database/],
);

# A server that says no to everybody.
sub refuse ($text) {
	my $socket = IO::Socket::INET->new(LocalAddr => '127.0.0.1', Listen => 5)
	    or die $!;
	my $pid = fork // die $!;
	return ($pid, $socket->sockport) if $pid;
	while (my $client = $socket->accept) {
		sysread $client, my $startup, 4096;
		my $body = "SFATAL\0VFATAL\0C28000\0M$text\0\0";
		syswrite $client, 'E' . pack('N', 4 + length $body) . $body;
	}
	exit;
}

subtest 'refusals say what to do' => sub {
	for my $case (@refusals) {
		my ($text, $want) = @$case;
		my ($pid, $port) = refuse($text);
		my ($status, $out, $err) = run_program({ CRUDDUR_CONFIG => '/dev/null',
			CONNECTION_URL => "postgresql://x\@127.0.0.1:$port/x?sslmode=disable&gssencmode=disable",
		}, 'cruddur', 'db', 'sessions');
		is $status, 1, $text;
		like $err, $want, 'says what';
		kill KILL => $pid;
		waitpid $pid, 0;
	}
};

subtest 'faults say what to do, and no password' => sub {
	for my $fault (@faults) {
		my ($what, $url, $want) = @$fault;
		my ($status, $out, $err) = run_program({
			CONNECTION_URL => $url, CRUDDUR_CONFIG => '/dev/null',
			CRUDDUR_DATA_DIR => '.', HOME => '/nowhere',
		}, 'cruddur', 'db', 'migrate');
		is $status, 1, $what;
		like $err, $want, 'says why';
		unlike $err, qr/sesame/, 'no password';
	}
	my ($status, $out, $err) = do {
		my $dbh = dbh('whole');
		$dbh->do('REVOKE ALL ON activities FROM cruddur');
		my @said = on('whole', 'db', 'expire');
		$dbh->do('GRANT ALL ON activities TO cruddur');
		$dbh->disconnect;
		@said;
	};
	is $status, 1, 'permission denied';
	like $err, qr/permission denied.*must own/s, 'says why';
};

done_testing;
