package Cruddur::Talk;

# People who talk: conversations, senders that write messages as the API does,
# and a checker that replays what happened.
#
#     my $talk = Cruddur::Talk->new(ddb => $ddb, people => 20,
#         conversations => 40, seed => 42);
#     $talk->begin;                      # some of them as the bootcamp wrote them
#     $talk->senders(8, 60, rate => 10); # forks; for 60 s
#     $talk->wait_senders;               # how many messages they sent
#     my @wrong = $talk->check;          # "lost …", "doubled …", "stale …"
#     my @back = $talk->history;         # rows that ever went backwards

use v5.36;
use POSIX qw(strftime);
use Time::HiRes qw(sleep time);
use Cruddur::DDB;

sub new ($class, %args) {
	my $self = bless { %args }, $class;
	srand $args{seed};
	$self->{who} = [ map { { user_uuid => uuid('a', $_),
		user_display_name => "Person $_", user_handle => "person$_" }
	} 1 .. $args{people} ];
	my %pair;
	while (keys %pair < $args{conversations}) {
		my ($a, $b) = sort { $a <=> $b }
		    map { int rand $args{people} } 1 .. 2;
		$pair{"$a $b"} = 1 if $a != $b;
	}
	my $n = 0;
	$self->{talk} = [ map { my ($a, $b) = split; { group => uuid('f', ++$n),
		who => [ $self->{who}->@[$a, $b] ] } } sort keys %pair ];
	return $self;
}

sub uuid ($kind, $n) {
	return sprintf '%s0000000-0000-4000-8000-%012d', $kind, $n;
}

sub at ($us) {
	return strftime('%Y-%m-%dT%H:%M:%S', gmtime int($us / 1e6))
	    . sprintf '.%06d+00:00', $us % 1e6;
}

sub now_us () { return int(time * 1e6) }

# A conversation's first rows. Every fourth is one of old, without member rows;
# every eighth of those lost an inbox row as the bootcamp's function loses them.
sub begin ($self) {
	my $n = 0;
	for my $talk ($self->{talk}->@*) {
		my ($a, $b) = $talk->{who}->@*;
		my $at = at(now_us() - 60e6 + $n * 1000);
		my @items = (
			message($talk, $a, $at, 'first'),
			inbox($talk, $a, $b, $at, 'first'),
			inbox($talk, $b, $a, $at, 'first'),
		);
		push @items, member($talk, $a), member($talk, $b), {
			pk => join('#', 'PAIR', sort $a->{user_uuid}, $b->{user_uuid}),
			sk => 'PAIR', message_group_uuid => $talk->{group},
		} if $n % 4 != 3;
		push @items, message($talk, $b, at(now_us() - 59e6 + $n * 1000), 'hi')
		    if $n % 8 == 7;
		splice @items, 2, 1 if $n % 8 == 7;
		$self->{ddb}->put(@items);
		$n++;
	}
	return;
}

sub message ($talk, $who, $at, $text) {
	state $n = 0;
	return { pk => "MSG#$talk->{group}", sk => $at, message => $text,
		message_uuid => uuid('d', $$ * 100_000 + ++$n), %$who };
}

sub inbox ($talk, $owner, $peer, $at, $text) {
	return { pk => "GRP#$owner->{user_uuid}", sk => $at, message => $text,
		message_group_uuid => $talk->{group}, %$peer };
}

sub member ($talk, $who) {
	return { pk => "MSG#$talk->{group}", sk => "MEMBER#$who->{user_uuid}",
		joined_at => at(0), %$who };
}

# One message, put only if nothing stands at its time, as the API does.
sub send_one ($self, $us = now_us(), $talk = undef) {
	$talk //= $self->{talk}[rand $self->{talk}->@*];
	my $who = $talk->{who}[rand 2];
	while (1) {
		my $item = message($talk, $who, at($us), "$$ says so at $us");
		return 1 if eval {
			$self->{ddb}->call(PutItem => {
				TableName => $self->{ddb}{table},
				Item => Cruddur::DDB::_typed($item),
				ConditionExpression => 'attribute_not_exists(pk)',
			});
		};
		die $@ if $@ !~ /ConditionalCheckFailed/;
		$us++;
	}
}

# n processes; one message in five takes a round time, so that conversations
# of one person clash, or a time of a while ago.
sub senders ($self, $n, $seconds, %opt) {
	my $rate = $opt{rate} // 10;
	for my $i (1 .. $n) {
		pipe my $from, my $to or die "pipe: $!";
		my $pid = fork // die "fork: $!";
		if (!$pid) {
			srand $self->{seed} * 1000 + $i;
			$self->{ddb} = Cruddur::DDB->new(
				endpoint => $self->{ddb}{endpoint});
			my $end = time + $seconds;
			my $sent = 0;
			while (time < $end) {
				my $us = now_us();
				my $kind = rand;
				$us -= $us % 50_000 if $kind < 0.1;
				$us -= int rand 1_000_000 if $kind > 0.9;
				$sent += $self->send_one($us);
				sleep rand 2 / $rate;
			}
			syswrite $to, "$sent\n";
			POSIX::_exit(0);
		}
		push $self->{senders}->@*, [$pid, $from];
	}
	return;
}

sub wait_senders ($self) {
	my $sent = 0;
	for (splice $self->{senders}->@*) {
		my ($pid, $from) = @$_;
		$sent += <$from> // die 'a sender died';
		waitpid $pid, 0;
	}
	return $sent;
}

# Every conversation: each member has exactly one inbox row, its time and text
# those of the newest message.
sub check ($self) {
	my (%newest, %rows, @wrong);
	for my $item ($self->{ddb}->scan) {
		my ($kind, $of) = $item->{pk} =~ /^(MSG|GRP)#(.+)/ or next;
		if ($kind eq 'GRP') {
			push $rows{ $item->{message_group_uuid} }{$of}->@*, $item;
		} elsif ($item->{sk} =~ /^\d/) {
			$newest{$of} = $item
			    if !$newest{$of} || $item->{sk} gt $newest{$of}{sk};
		}
	}
	for my $talk ($self->{talk}->@*) {
		my $want = $newest{ $talk->{group} };
		my ($a, $b) = $talk->{who}->@*;
		for ([$a, $b], [$b, $a]) {
			my ($owner, $peer) = @$_;
			my @rows = (delete($rows{ $talk->{group} }
				{ $owner->{user_uuid} }) // [])->@*;
			my $what = "$owner->{user_handle}'s row of $talk->{group}";
			push @wrong, "$what is lost" if !@rows;
			push @wrong, "$what is doubled" if @rows > 1;
			push @wrong, "$what is stale: " . said_at($rows[0])
			    . " for $want->{sk}"
			    if @rows && said_at($rows[0]) ne $want->{sk};
			push @wrong, "$what has another text"
			    if @rows && $rows[0]{message} ne $want->{message};
			push @wrong, "$what names another"
			    if @rows && $rows[0]{user_uuid} ne $peer->{user_uuid};
		}
		push @wrong, "$talk->{group} has a stranger's row"
		    if keys $rows{ $talk->{group} }->%*;
	}
	return @wrong;
}

sub said_at ($row) { return $row->{last_message_at} // $row->{sk} }

# All that was ever written, out of the stream itself. What was read before is
# remembered: a stream keeps its iterators for a quarter of an hour.
sub changes ($self) {
	my $ddb = $self->{ddb};
	my $all = $self->{changes} //= [];
	my %api = (api => 'DynamoDBStreams_20120810');
	my $arn = $ddb->call(DescribeTable => { TableName => $ddb->{table} })
	    ->{Table}{LatestStreamArn};
	my $stream = $ddb->call(DescribeStream => { StreamArn => $arn }, %api);
	for my $shard ($stream->{StreamDescription}{Shards}->@*) {
		my $at = \$self->{iterator}{ $shard->{ShardId} };
		$$at //= $ddb->call(GetShardIterator => { StreamArn => $arn,
			ShardId => $shard->{ShardId},
			ShardIteratorType => 'TRIM_HORIZON' }, %api)->{ShardIterator};
		while ($$at ne 'ended') {
			my $out = $ddb->call(GetRecords => { ShardIterator => $$at,
				Limit => 1000 }, %api);
			push @$all, $out->{Records}->@*;
			$$at = $out->{NextShardIterator} // 'ended';
			last if !$out->{Records}->@*;
		}
	}
	return @$all;
}

# No row of a person and conversation is ever followed by one of an older
# message.
sub history ($self) {
	my (%last, @back);
	for my $change ($self->changes) {
		my $row = Cruddur::DDB::_plain($change->{dynamodb}{NewImage} // next);
		next if $row->{pk} !~ /^GRP#/;
		my $of = "$row->{pk} $row->{message_group_uuid}";
		push @back, "$of: $row->{sk} after $last{$of}"
		    if ($last{$of} // '') gt said_at($row);
		$last{$of} = said_at($row);
	}
	return @back;
}

1;
