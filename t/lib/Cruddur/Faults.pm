package Cruddur::Faults;

# A proxy in front of DynamoDB that makes it worse than it ever is, by chance:
#
#     my $faults = Cruddur::Faults->start(upstream => $port, seed => 42);
#     $faults->url;           # for AWS_ENDPOINT_URL_DYNAMODB
#     $faults->set('off');    # from now on a plain proxy; 'on' again; or one
#                             # fault alone, and that always:
#         'down'              # nobody listens
#         'frozen'            # nobody answers
#         'blind'             # the index shows nothing
#         'trimmed'           # the records after a checkpoint are gone
#         'slow MS [CALL]'    # so long for each of them, one after another;
#                             # else for each transaction
#         'poison TEXT'       # transactions that hold it get a 500
#     $faults->stop;
#
# It throttles, answers 500 before and after a write took effect, closes
# connections likewise; answers index queries as the index stood seconds ago,
# item by item; splits each shard of the stream in three by conversation, which
# go on at paces of their own; delivers records twice, in parts, and lets
# iterators expire.

use v5.36;
use Compress::Zlib qw(crc32);
use IO::Select;
use IO::Socket::INET;
use JSON::XS ();
use Time::HiRes qw(sleep time);

use constant {
	SHARDS => 3,
	STALE_MAX_S => 5,
	PAUSE_MAX_S => 2,
};

# Per cent of requests.
my %chance = (
	throttle => 3, fail_before => 3, fail_after => 3,
	close_before => 3, close_after => 3,
	again => 10, double => 15, pause => 4, expire => 1, stale => 70,
);

my $json = JSON::XS->new->utf8->canonical;
my $type = 'com.amazonaws.dynamodb.v20120810#';

sub start ($class, %args) {
	my $listen = IO::Socket::INET->new(Listen => 128,
		LocalAddr => '127.0.0.1', ReuseAddr => 1) or die "listen: $!";
	pipe my $from, my $to or die "pipe: $!";
	my $pid = fork // die "fork: $!";
	if (!$pid) {
		close $to;
		$SIG{$_} = 'DEFAULT' for qw(INT TERM HUP);
		$SIG{PIPE} = 'IGNORE';
		eval { serve(\%args, $listen, $from) };
		print STDERR "proxy: $@" if $@;
		POSIX::_exit(0);
	}
	close $from;
	$to->autoflush(1);
	return bless { pid => $pid, port => $listen->sockport, to => $to }, $class;
}

sub url ($self) { return "http://127.0.0.1:$self->{port}" }
sub set ($self, $mode) { return print { $self->{to} } "$mode\n" }

sub stop ($self) {
	my $pid = delete $self->{pid} or return;
	kill 'KILL', $pid;
	waitpid $pid, 0;
	return;
}

sub DESTROY ($self) { local $?; $self->stop; return }

# ---- the proxy: one process, one request at a time on each connection ----

my ($mode, $upstream, %conn, %history, %pause);

sub serve ($args, $listen, $control) {
	require POSIX;
	srand $args->{seed};
	($mode, $upstream) = ('on', $args->{upstream});
	my $select = IO::Select->new($listen, $control);
	while (1) {
		for my $fh ($select->can_read) {
			if ($fh == $listen) {
				my $client = $listen->accept or next;
				$conn{$client} = { client => $client, in => '' };
				$select->add($client);
			} elsif ($fh == $control) {
				# the last of them, if there are several
				sysread $control, my $lines, 65536
				    or POSIX::_exit(0);
				$mode = (split /\n/, $lines)[-1];
			} else {
				read_some($select, $fh);
			}
		}
	}
}

sub read_some ($select, $fh) {
	my $c = $conn{$fh} or return;
	my $n = sysread $fh, my $bytes, 1 << 18;
	return drop($select, $c) if !$n;
	if ($fh == $c->{client}) {
		$c->{in} .= $bytes;
		my $request = whole($c->{in}) // return;
		$c->{in} = '';
		handle($select, $c, $request);
	} else {
		$c->{out} .= $bytes;
		my $answer = whole($c->{out}) // return;
		$c->{out} = '';
		finish($select, $c, $answer);
	}
	return;
}

# Head and body once all of a message has come.
sub whole ($text) {
	my $end = index $text, "\r\n\r\n";
	return if $end < 0;
	my $head = substr $text, 0, $end;
	my $body = substr $text, $end + 4;
	if ($head =~ /^transfer-encoding:\s*chunked/mi) {
		return if $body !~ /(?:^|\r\n)0\r\n\r\n\z/;
		my $joined = '';
		while ($body =~ s/^([0-9a-fA-F]+)\r\n//) {
			my $n = hex $1 or last;
			$joined .= substr $body, 0, $n;
			substr $body, 0, $n + 2, '';
		}
		return { head => $head, body => $joined };
	}
	my ($n) = $head =~ /^content-length:\s*(\d+)/mi;
	return if length $body < ($n // 0);
	return { head => $head, body => $body };
}

sub drop ($select, $c) {
	for my $fh (grep { defined } @$c{qw(client server)}) {
		$select->remove($fh);
		delete $conn{$fh};
		close $fh;
	}
	return;
}

sub by_chance ($what) { return $mode eq 'on' && rand 100 < $chance{$what} }

sub put_all ($fh, $bytes) {
	while (length $bytes) {
		my $n = syswrite $fh, $bytes;
		return if !$n;
		substr $bytes, 0, $n, '';
	}
	return;
}

sub answer ($c, $status, $body) {
	put_all($c->{client}, "HTTP/1.1 $status X\r\n"
	    . "Content-Type: application/x-amz-json-1.0\r\n"
	    . 'Content-Length: ' . length($body) . "\r\n\r\n$body");
	return;
}

sub refuse ($c, $status, $what) {
	return answer($c, $status, $json->encode({
		__type => "$type$what", message => 'as the proxy pleases' }));
}

sub handle ($select, $c, $request) {
	my ($target) = $request->{head} =~ /^x-amz-target:\s*\S*?\.(\w+)/mi;
	$c->{target} = $target // '';
	return drop($select, $c) if $mode eq 'down' || by_chance('close_before');
	return if $mode eq 'frozen';
	sleep $1 / 1000 if $mode =~ /^slow (\d+) ?(\w*)/
	    && $c->{target} eq ($2 || 'TransactWriteItems');
	return refuse($c, 500, 'InternalServerError')
	    if by_chance('fail_before') || poisoned($c, $request);
	return refuse($c, 400, 'ProvisionedThroughputExceededException')
	    if by_chance('throttle');
	my $out = change_request($c, $request);
	return if !defined $out;
	$c->{then} = by_chance('fail_after') ? 'fail'
	    : by_chance('close_after') ? 'close' : '';
	return forward($select, $c, $request->{head}, $out);
}

sub poisoned ($c, $request) {
	return $mode =~ /^poison (.+)/ && $c->{target} eq 'TransactWriteItems'
	    && index($request->{body}, $1) >= 0;
}

sub forward ($select, $c, $head, $body) {
	$head =~ s/^(content-length:\s*)\d+/$1 . length $body/mie;
	if (!$c->{server}) {
		$c->{server} = IO::Socket::INET->new(PeerAddr => '127.0.0.1',
			PeerPort => $upstream) or return drop($select, $c);
		$c->{out} = '';
		$conn{ $c->{server} } = $c;
		$select->add($c->{server});
	}
	put_all($c->{server}, "$head\r\n\r\n$body");
	return;
}

sub finish ($select, $c, $answer) {
	return drop($select, $c) if $c->{then} eq 'close';
	return refuse($c, 500, 'InternalServerError') if $c->{then} eq 'fail';
	my ($status) = $answer->{head} =~ /^HTTP\S+ (\d+)/;
	my $body = $status == 200 ? change_answer($c, $answer->{body})
	    : $answer->{body};
	return answer($c, $status, $body);
}

# ---- what is changed on the way ----

# The body to send on; undef: it was answered.
sub change_request ($c, $request) {
	my $body = $request->{body};
	if ($c->{target} eq 'Query') {
		my $in = $json->decode($body);
		$c->{group} = $in->{IndexName}
		    ? $in->{ExpressionAttributeValues}{':h'}{S} : undef;
	} elsif ($c->{target} eq 'GetShardIterator') {
		my $in = $json->decode($body);
		if ($mode eq 'trimmed' && $in->{SequenceNumber}) {
			refuse($c, 400, 'TrimmedDataAccessException');
			return;
		}
		($c->{part}) = $in->{ShardId} =~ s/-v(\d+)$// ? $1 : 0;
		return $json->encode($in);
	} elsif ($c->{target} eq 'GetRecords') {
		my $in = $json->decode($body);
		@$c{qw(part iterator)} = $in->{ShardIterator} =~ /^v(\d+):(.*)/s;
		return if !read_on($c);
		$in->{ShardIterator} = $c->{iterator};
		$in->{Limit} = $in->{Limit} * SHARDS > 1000 ? 1000
		    : $in->{Limit} * SHARDS;
		return $json->encode($in);
	}
	return $body;
}

# A shard may pause, and an iterator expire.
sub read_on ($c) {
	if (by_chance('expire')) {
		refuse($c, 400, 'ExpiredIteratorException');
		return 0;
	}
	my $part = $c->{part};
	$pause{$part} = time + rand PAUSE_MAX_S if by_chance('pause');
	return 1 if ($pause{$part} // 0) < time || $mode ne 'on';
	answer($c, 200, $json->encode({ Records => [],
		NextShardIterator => "v$part:$c->{iterator}" }));
	return 0;
}

sub change_answer ($c, $body) {
	my $change = { Query => \&stale, DescribeStream => \&split_shards,
		GetShardIterator => \&name_iterator,
		GetRecords => \&choose_records }->{ $c->{target} } // return $body;
	my $out = $json->decode($body);
	$change->($c, $out);
	return $json->encode($out);
}

# The index as it stood up to some seconds ago; items that came or went since
# then are each seen or not.
sub stale ($c, $out) {
	my $group = $c->{group} // return;
	@$out{qw(Items Count)} = ([], 0) if $mode eq 'blind';
	my $past = $history{$group} //= [];
	push @$past, [time, $out->{Items}];
	shift @$past while @$past > 1 && $past->[1][0] < time - STALE_MAX_S;
	return if !by_chance('stale');
	my %now = map { ("$_->{pk}{S} $_->{sk}{S}" => $_) } $out->{Items}->@*;
	my %then = map { ("$_->{pk}{S} $_->{sk}{S}" => $_) }
	    $past->[rand @$past][1]->@*;
	my %seen = rand() < 0.5 ? %then : map {
		($now{$_} && $then{$_}) || rand() < 0.5
		    ? ($_ => $now{$_} // $then{$_}) : ()
	} keys %{ { %now, %then } };
	$out->{Items} = [ map { $seen{$_} }
	    sort { $seen{$b}{sk}{S} cmp $seen{$a}{sk}{S} } keys %seen ];
	$out->{Count} = $out->{Items}->@*;
	return;
}

sub split_shards ($c, $out) {
	my $stream = $out->{StreamDescription};
	$stream->{Shards} = [ map {
		my $shard = $_;
		map { my $v = "-v$_"; +{ %$shard, ShardId => "$shard->{ShardId}$v",
			$shard->{ParentShardId}
			    ? (ParentShardId => "$shard->{ParentShardId}$v") : () }
		} 0 .. SHARDS - 1
	} $stream->{Shards}->@* ];
	return;
}

sub name_iterator ($c, $out) {
	$out->{ShardIterator} = "v$c->{part}:$out->{ShardIterator}";
	return;
}

sub choose_records ($c, $out) {
	my @records = grep {
		crc32($_->{dynamodb}{Keys}{pk}{S}) % SHARDS == $c->{part}
	} $out->{Records}->@*;
	if (@records && by_chance('double')) {
		splice @records, 1 + rand @records, 0, $records[rand @records];
	}
	$out->{Records} = \@records;
	$out->{NextShardIterator} = $c->{iterator} if by_chance('again');
	$out->{NextShardIterator} = "v$c->{part}:$out->{NextShardIterator}"
	    if defined $out->{NextShardIterator};
	return;
}

1;
