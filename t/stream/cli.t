#!/usr/bin/perl
# cruddur stream status|dead-letters|retry|replay|fsck, on damaged data.
use v5.36;
use Test::More;
use JSON::XS ();
use Cruddur::Stack;
use Cruddur::Talk;

my $stack = Cruddur::Stack->start(only => [qw(postgres dynamodb)]);
my $ddb = $stack->ddb;
my $talk = Cruddur::Talk->new(ddb => $ddb, people => 20,
	conversations => 40, seed => 3);
$talk->begin;

sub run (@words) {
	my ($status, $out, $err) = $stack->run('cruddur', 'stream', @words);
	return ($status, $out, $err);
}

sub json (@words) {
	my ($status, $out, $err) = run(@words, '--json');
	is($status, 0, "@words --json") or diag $err;
	return JSON::XS->new->utf8->decode($out);
}

# Five conversations of the bootcamp's lost a row and came to say more.
my ($status, $out, $err) = run('fsck');
is($status, 1, 'fsck: something is wrong') or diag $err;
like($err, qr/^4\d conversations, 10 looked at closely, 10 wrong, 0 put right/m,
    'fsck: counts the old ones without member rows');
isnt(scalar($talk->check), 0, '… and changes nothing');
is(scalar(grep { $_->{sk} =~ /^MEMBER/ } $ddb->scan), 60 + 2,
    '… not even member rows');
($status, $out, $err) = run('fsck', '--repair');
is($status, 0, 'fsck --repair') or diag $err;
is(join("\n", $talk->check), '', '… all rows are right');
($status, $out, $err) = run('fsck');
is($status, 0, 'fsck: all is right now') or diag $out;

# Damage of every kind.
my ($lost, $doubled, $old, $torn, $named) = $talk->{talk}->@[0 .. 4];
sub rows ($talk) {
	return grep { ($_->{message_group_uuid} // '') eq $talk->{group}
		&& $_->{pk} =~ /^GRP/ } $ddb->scan;
}
my ($row) = rows($lost);
$ddb->delete($row->@{qw(pk sk)});
($row) = rows($doubled);
$ddb->put({ %$row, sk => Cruddur::Talk::at(1e15), message => 'old' });
($row) = rows($old);
$ddb->delete($row->@{qw(pk sk)});
$ddb->put({ %$row, sk => Cruddur::Talk::at(1e15), message => 'old' });
($row) = rows($torn);
$ddb->put({ %$row, message => 'torn' });
($row) = rows($named);
$ddb->put({ %$row, $talk->{who}[19]->%* });
($status, $out, $err) = run('fsck');
is($status, 1, 'fsck: damage');
like($out, qr/\Q$_->{group}/, '… is reported')
    for $lost, $doubled, $old, $torn, $named;
like($err, qr/, 5 wrong, 0 put right/, '… and counted');
is(scalar(json('fsck', '--repair')->@*), 5, 'fsck: five put right');
is(join("\n", $talk->check), '', '… all rows are right');

# Replay.
for (1 .. 60) { $talk->send_one }
isnt(scalar($talk->check), 0, 'nobody moved the rows');
($status, $out, $err) = run('replay');
is($status, 2, 'replay: says that it wants --from');
($status, $out, $err) = run(qw(replay --from trim-horizon));
is($status, 0, 'replay') or diag $err;
like($err, qr/\d+ messages, 0 failed/, '… says what it did');
is(join("\n", $talk->check), '', '… all rows are right');

# Status and dead letters, as the processor leaves them.
my $arn = $ddb->call(DescribeTable => { TableName => $ddb->{table} })
    ->{Table}{LatestStreamArn};
my $shard = $ddb->call(DescribeStream => { StreamArn => $arn },
	api => 'DynamoDBStreams_20120810')
    ->{StreamDescription}{Shards}[0]{ShardId};
my ($first) = $talk->changes;
$stack->dbh->do(
	'INSERT INTO stream_checkpoints (stream_arn, shard_id, sequence_number)
	 VALUES (?, ?, ?)', undef, $arn, $shard,
	$first->{dynamodb}{SequenceNumber});
my $state = json('status');
is($state->{shards}[0]{shard}, $shard, 'status: the shard');
like($state->{shards}[0]{lag_s}, qr/^\d+$/, '… and its lag');
is($state->{dead_letters}, 0, '… no dead letters');
($status, $out, $err) = run('status');
like($out, qr/^\Q$shard\E .*\n0 dead letters\n$/m, '… as a table');
$talk->send_one(Cruddur::Talk::now_us(), $lost);
$stack->dbh->do('INSERT INTO stream_dead_letters (stream_arn, shard_id,
	sequence_number, record, reason, attempts) VALUES (?, ?, ?, ?, ?, 10)',
	undef, $arn, $shard, 1, '{"message_group_uuid":"' . $lost->{group}
	. '","created_at":"2026"}', 'because');
is(json('status')->{dead_letters}, 1, 'status: a dead letter');
is(json('dead-letters')->[0]{reason}, 'because', 'dead-letters');
($status, $out, $err) = run('retry');
is($status, 0, 'retry') or diag $err;
is(join("\n", $talk->check), '', '… all rows are right');
is_deeply(json('dead-letters'), [], '… and it is forgotten');
$stack->finish;
done_testing;
