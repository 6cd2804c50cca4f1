#!/usr/bin/perl
# sql/queries/: each statement can be prepared, and with 100,000 cruds it finds
# them by an index, whatever is asked.
use v5.36;
use Test::More;
use Cruddur::Stack qw(slurp);

my $stack = Cruddur::Stack->start(only => ['postgres']);
my $dbh = $stack->dbh;
$dbh->{PrintWarn} = 0;

# Statements that read all of a table because they are meant to.
my %reads_all = map { $_ => 1 } qw();

# The index that the order or the choice of each list comes from, with
# arguments as the first page has them.
my @start = (20, 'infinity', 'ffffffff-ffff-ffff-ffff-ffffffffffff');
my $someone = '00000000-0000-4000-8000-000000000001';
my @plans = (
	[activities_home => [@start], 'activities_home'],
	[activities_of_user => [@start, 'user_1'], 'activities_user'],
	[activities_notifications => [@start, $someone],
		'activities_notifications'],
	[activities_show => [20, '-infinity', $someone, $someone],
		'activities_replies'],
	[activities_search => [@start, 'number 77', 'infinity'],
		'activities_search'],
);

fill();

# Each statement in the very text that the programs get.
for (statements()) {
	my ($name, $n, $text) = @$_;
	my $prepared = eval { $dbh->do("PREPARE $name AS $text"); 1 };
	ok $prepared, "$name is prepared" or diag $@;
	next if !$prepared || $reads_all{$name};
	my $plan = plan_of('force_generic_plan', $name, (undef) x $n);
	unlike $plan, qr/Seq Scan on activities\b/, "$name: no scan"
	    or diag $plan;
}

for my $case (@plans) {
	my ($name, $args, $index) = @$case;
	my $plan = plan_of('force_custom_plan', $name, @$args);
	like $plan, qr/(Index (Only )?Scan.* using|Bitmap Index Scan on) $index\b/,
	    "$name by $index" or diag $plan;
	unlike $plan, qr/Seq Scan on activities\b/, "$name: no scan" or diag $plan;
}

sub statements {
	my $c = `perl src/pg/gen-statements.pl c sql`;
	my @found;
	while ($c =~ /\{ "(\w+)", (\d+), \w+,\s+"((?:[^"\\]|\\.)*)" \}/g) {
		my ($name, $n, $text) = ($1, $2, $3);
		next if $name =~ /^migrations_create$/; # DDL has no plan
		push @found, [$name, $n, $text =~ s/\\(.)/$1/gr];
	}
	cmp_ok scalar(@found), '>', 5, 'statements';
	return @found;
}

sub plan_of ($mode, $name, @args) {
	$dbh->do("SET plan_cache_mode = $mode");
	my $args = join ', ', map { $dbh->quote($_) } @args;
	my $execute = @args ? "$name ($args)" : $name;
	return join "\n", $dbh->selectcol_arrayref("EXPLAIN EXECUTE $execute")->@*;
}

sub fill {
	$dbh->do(q{INSERT INTO users (handle, display_name, cognito_user_id)
	    SELECT 'user_' || n, 'User ' || n, gen_random_uuid()
	    FROM generate_series(1, 1000) n});
	$dbh->do(q{WITH people AS (SELECT array_agg(uuid) AS uuids FROM users)
	    INSERT INTO activities (user_uuid, message, created_at, expires_at)
	    SELECT uuids[1 + n % 1000], 'crud number ' || n,
		now() - n * interval '1 minute',
		now() + (n % 50 - 5) * interval '1 day' + interval '60 days'
	    FROM people, generate_series(1, 60000) n});
	$dbh->do(q{INSERT INTO activities (user_uuid, message, created_at,
		expires_at, reply_to_activity_uuid, reply_to_user_uuid)
	    SELECT p.user_uuid, 'reply to ' || p.message, p.created_at, p.expires_at,
		p.uuid, p.user_uuid
	    FROM activities p ORDER BY p.created_at LIMIT 40000});
	$dbh->do('ANALYZE');
	return;
}

done_testing;
