#!/usr/bin/perl
# sql/: the schema is the sum of the migrations, each can be taken back, and
# the tables refuse what must not be in them.
use v5.36;
use utf8;
use Test::More;
use Cruddur::Stack qw(slurp);

my $stack = Cruddur::Stack->start(only => ['postgres']);
my $dbh = $stack->dbh;

# A database of its own with these files in it: a handle to it.
sub database ($name, @files) {
	$dbh->do("CREATE DATABASE $name");
	my $new = DBI->connect('dbi:Pg:' . $dbh->{Name} =~ s/dbname=\w+/dbname=$name/r,
	    'cruddur', 'cruddur', { RaiseError => 1, PrintError => 0 });
	load($new, @files);
	return $new;
}

sub load ($db, @files) {
	for my $file (@files) {
		$db->do(slurp($file));
		$db->do('INSERT INTO schema_migrations (version, name)
		    VALUES (?, ?)', undef, $1, $2)
		    if $file =~ m{migrations/(\d{4})_(\w+)\.up\.sql$};
	}
	return;
}

sub dump_of ($name, @options) {
	my $url = $stack->env->{CONNECTION_URL} =~ s{/cruddur$}{/$name}r;
	my $text = join '', grep { !/^(--|\s*$|\\(un)?restrict)/ }
	    `pg_dump --no-owner @options '$url'`;
	die "pg_dump of $name" if $?;
	return $text;
}

my @up = sort glob 'sql/migrations/*.up.sql';
my $migrated = database('migrated', 'sql/queries/migrations/create.sql', @up);

subtest 'schema.sql equals the sum of the migrations' => sub {
	database('loaded', 'sql/schema.sql')->disconnect;
	cmp_ok length dump_of('loaded', '-s'), '>', 1000, 'there is a schema';
	is dump_of('loaded', '-s'), dump_of('migrated', '-s'), 'same schema';
	my $versions = 'SELECT version, name FROM schema_migrations ORDER BY 1';
	is_deeply $dbh->selectall_arrayref($versions),
	    $migrated->selectall_arrayref($versions), 'same versions';
};

subtest 'migrations are numbered without a gap and go both ways' => sub {
	for my $i (0 .. $#up) {
		my $number = sprintf '%04d', $i + 1;
		like $up[$i], qr{/${number}_[a-z_]+\.up\.sql$}, "number $number";
	}
	load($migrated, map { s/up/down/r } reverse @up);
	is_deeply $migrated->selectcol_arrayref(
		"SELECT relname FROM pg_class WHERE relkind IN ('r', 'S', 'i')
		 AND relnamespace = 'public'::regnamespace ORDER BY 1"),
	    [qw(schema_migrations schema_migrations_pkey)], 'nothing is left';
	$migrated->do('DELETE FROM schema_migrations');
	ok eval { load($migrated, @up); 1 }, 'and up again' or diag $@;
};

subtest 'the seed may be repeated' => sub {
	my $before = $dbh->selectall_arrayref('SELECT uuid, message,
	    replies_count FROM activities ORDER BY 1');
	cmp_ok @$before, '>=', 9, 'cruds';
	load($dbh, 'sql/seed.sql');
	is_deeply $dbh->selectall_arrayref('SELECT uuid, message,
	    replies_count FROM activities ORDER BY 1'), $before, 'same cruds';
	is_deeply $dbh->selectall_arrayref('SELECT uuid FROM activities parent
	    WHERE replies_count <> (SELECT count(*) FROM activities reply
	    WHERE reply.reply_to_activity_uuid = parent.uuid)'), [],
	    'replies are counted right';
};

# [what, SQLSTATE or '', statement]
my $me = q((SELECT uuid FROM users WHERE handle = 'bayko'));
my @cases = (
	['handle in other letters', '23505', user("'BAYKO'")],
	['handle with a blank', '23514', user(q('a b'))],
	['handle of 30', '', user(q(repeat('a', 30)))],
	['handle of 31', '23514', user(q(repeat('a', 31)))],
	['e-mail in other letters', '23505',
		user(q('x1'), email => q('BAYKO@exampro.example'))],
	['two without e-mail', '', user(q('x2'), email => 'NULL')],
	['name of 50 emoji', '', user(q('x3'), name => q(repeat('🚀', 50)))],
	['name of 51', '23514', user(q('x4'), name => q(repeat('a', 51)))],
	['blank name', '23514', user(q('x5'), name => q(''))],
	['crud of 280 emoji', '', crud(message => q(repeat('🚀', 280)))],
	['crud of 281', '23514', crud(message => q(repeat('a', 281)))],
	['empty crud', '23514', crud(message => q(''))],
	['negative count', '23514', crud(replies_count => -1)],
	['expired before it began', '23514',
		crud(expires_at => q(now() - interval '1 second'))],
	['crud of nobody', '23503', crud(user_uuid => 'gen_random_uuid()')],
	['reply to nothing', '23503',
		crud(reply_to_activity_uuid => 'gen_random_uuid()')],
	['checkpoint that is no number', '23514', q(INSERT INTO
		stream_checkpoints (stream_arn, shard_id, sequence_number)
		VALUES ('a', 's', 'x'))],
);

sub user ($handle, %with) {
	%with = (name => q('N'), email => "$handle || '\@example.com'", %with);
	return "INSERT INTO users (handle, display_name, email)
	    VALUES ($handle, $with{name}, $with{email})";
}

sub crud (%with) {
	%with = (user_uuid => $me, message => q('hi'),
	    expires_at => q(now() + interval '1 day'), %with);
	my @names = sort keys %with;
	return 'INSERT INTO activities (' . join(', ', @names) . ') VALUES ('
	    . join(', ', @with{@names}) . ')';
}

subtest 'what the tables refuse' => sub {
	for my $case (@cases) {
		my ($what, $state, $sql) = @$case;
		eval { $dbh->do($sql) };
		is $@ ? $dbh->state : '', $state, $what;
	}
};

subtest 'a crud that goes leaves its replies' => sub {
	my $parent = 'c0de0000-0001-4000-8000-000000000005';
	$dbh->do('DELETE FROM activities WHERE uuid = ?', undef, $parent);
	is_deeply $dbh->selectall_arrayref('SELECT reply_to_activity_uuid
	    FROM activities WHERE uuid = ?', undef,
		'c0de0000-0001-4000-8000-000000000006'), [[undef]], 'reply';
};

done_testing;
