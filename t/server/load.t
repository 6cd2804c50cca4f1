#!/usr/bin/perl
# Under the load of 32 connections through nginx: eight reloads, recycling
# every 50 requests, ten workers killed. No GET fails; a POST that says it is
# stored is stored, once.
use v5.36;
use List::Util qw(sum0 shuffle);
use Test::More;
use Time::HiRes qw(sleep time);
use Cruddur::FCGI;
use Cruddur::HTTP;
use Cruddur::Parallel;
use Cruddur::Stack qw(wait_for);

my $GROUP = '5ae290ed-55d1-47a0-bc6d-fe2bc2700399';
my $CONNECTIONS = 32;
my $stack = Cruddur::Stack->start(settings => {
	CRUDDUR_WORKERS => 8, CRUDDUR_WORKER_MAX_REQUESTS => 50 });
$stack->token('andrewbrown');
my $master = $stack->pid('api');

sub workers {
	open my $in, '<', "/proc/$master/task/$master/children" or return;
	return split ' ', <$in> // '';
}

sub client {
	return Cruddur::HTTP->new(url => $stack->url, ca_file => $stack->ca_file,
	    stack => $stack);
}

# A send under its key, until somebody says 200: [statuses].
sub post ($http, $key) {
	my @statuses;
	while (@statuses < 20 && ($statuses[-1] // 0) != 200) {
		sleep 0.05 if @statuses;
		push @statuses, $http->post('/api/messages',
			{ message => "message $key", message_group_uuid => $GROUP },
			as => 'andrewbrown', headers => { 'Idempotency-Key' => $key }
		)->{status};
	}
	return \@statuses;
}

# One client: what it asked, and what came back, until the file appears.
sub visit ($n, $phase, $stop) {
	my $http = client();
	my %seen = (get => {}, post => {});
	my $i = 0;
	until (-e $stop) {
		my $path = ('/api/health-check', '/api/users/@bayko/short',
			'/api/activities/home?limit=2')[$i % 3];
		$seen{get}{ $http->get($path)->{status} }++;
		my $key = sprintf '%08x-0000-4000-8000-%012x', $n * 16 + $phase, $i;
		$seen{post}{$key} = post($http, $key) if $i++ % 3 == 0;
	}
	return \%seen;
}

# All clients at once, while $disturb runs in a process of its own.
sub under_load ($phase, $disturb) {
	my $stop = $stack->dir . "/stop-$phase";
	my $pid = fork // die "fork: $!";
	if (!$pid) {
		eval { sleep 1; $disturb->(); sleep 1 };
		print STDERR $@ if $@;
		open my $out, '>', $stop;
		Cruddur::Parallel::exit_now();
	}
	my @seen = parallel($CONNECTIONS, [1 .. $CONNECTIONS],
		sub ($n) { visit($n, $phase, $stop) });
	waitpid $pid, 0;
	my %gets;
	for my $seen (@seen) {
		$gets{$_} += $seen->{get}{$_} for keys $seen->{get}->%*;
	}
	return (\%gets, { map { $_->{post}->%* } @seen });
}

# How often each message is in the conversation, by its uuid.
sub stored {
	my $http = client();
	my %times;
	my $path = "/api/messages/$GROUP?limit=100";
	while ($path) {
		my $r = $http->get($path, as => 'andrewbrown');
		is $r->{status}, 200, 'reading' or last;
		$times{ $_->{uuid} }++ for $r->{json}->@*;
		($path) = ($r->{headers}{link} // '') =~ m{^<(/[^>]+)>};
	}
	return \%times;
}

sub check_posts ($name, $posts, $stored) {
	my @keys = keys %$posts;
	cmp_ok scalar @keys, '>', 10, "$name: " . @keys . ' sends';
	my @undone = grep { $posts->{$_}[-1] != 200 } @keys;
	is scalar @undone, 0, "$name: each came through in the end";
	my @lost = grep { !$stored->{$_} } @keys;
	is scalar @lost, 0, "$name: what was answered 200 is there";
	my @twice = grep { ($stored->{$_} // 0) > 1 } @keys;
	is scalar @twice, 0, "$name: and there once";
	return;
}

my ($gets, $posts) = under_load(1, sub {
	for (1 .. 8) {
		kill HUP => $master;
		sleep 0.4;
	}
});
is_deeply [keys %$gets], [200],
    'reloads: ' . ($gets->{200} // 0) . ' GETs, none failed' or diag explain $gets;
my %statuses;
$statuses{$_}++ for map { @$_ } values %$posts;
is_deeply [grep { $_ != 200 && $_ != 503 } keys %statuses], [],
    'reloads: no send failed' or diag explain \%statuses;
cmp_ok $statuses{503} // 0, '<=', scalar(() = $stack->log('api') =~
    /"event":"backend_failed",.*"backend":"dynamodb"/g),
    'but where DynamoDB was too slow for it';
cmp_ok scalar(() = $stack->log('api') =~ /"event":"reload"/g), '>=', 8,
    'there were eight reloads';
is scalar(() = $stack->log('api') =~ /"event":"worker_died"/g), 0,
    'and no worker died';
my $all = { %$posts };

($gets, $posts) = under_load(2, sub {
	for (1 .. 10) {
		kill KILL => (shuffle workers())[0];
		sleep 0.4;
	}
});
is_deeply [keys %$gets], [200],
    'kill -9: ' . ($gets->{200} // 0) . ' GETs, none failed' or diag explain $gets;
%statuses = ();
$statuses{$_}++ for map { @$_ } values %$posts;
is_deeply [grep { $_ != 200 && $_ != 502 } keys %statuses], [],
    'kill -9: a send is stored, or 502 says that nobody knows'
    or diag explain \%statuses;
note explain \%statuses;
cmp_ok scalar(() = $stack->log('api') =~ /"event":"worker_died"/g), '>=', 9,
    'workers died';

my $stored = stored();
check_posts('reloads', $all, $stored);
check_posts('kill -9', $posts, $stored);
is scalar(workers()) >= 8, 1, 'there are eight workers';

# The end of it all, under load: nginx says 502 from then on, never a lie.
($gets, $posts) = under_load(3, sub { kill TERM => $master });
my @wrong = grep { $_ != 200 && $_ != 502 && $_ != 503 && $_ != 504 } keys %$gets;
is "@wrong", '', 'SIGTERM: answers until the end, then 502'
    or diag explain $gets;
wait_for { !kill 0, $master } 'the end';
unlike $stack->log('api'), qr/"event":"worker_stuck"/, 'nobody was stuck';
my @accepted = grep { $posts->{$_}[-1] == 200 } keys %$posts;
$stack->go('api');
$stored = stored();
is scalar(grep { !$stored->{$_} } @accepted), 0,
    'SIGTERM: what was answered 200 is there';

done_testing;
