#!/usr/bin/perl
# Two processes spread two names of one person at the same time, the older name
# the more slowly: the newer one is what stays.
use v5.36;
use Test::More;
use Cruddur::Faults;
use Cruddur::Processor;
use Cruddur::Stack qw(wait_for);

my $stack = Cruddur::Stack->start(
	only => [qw(postgres dynamodb cognito api nginx)]);
my $faults = Cruddur::Faults->start(upstream => $stack->{ports}[4], seed => 1);
$faults->set('slow 300 UpdateItem');
my ($dbh, $ddb) = ($stack->dbh, $stack->ddb);
my $me = $stack->uuid('ulake');

for my $n (1 .. 6) {
	my ($group, $peer) = map { sprintf "0000000$_-0000-4000-8000-%012x", $n } 1, 2;
	my $at = sprintf '2026-01-01T00:00:%02d.000000+00:00', $n;
	my %named = (user_display_name => 'First', user_handle => 'ulake',
		user_uuid => $me);
	$ddb->put({ pk => "MSG#$group", sk => "MEMBER#$me", joined_at => $at, %named },
		{ pk => "GRP#$peer", sk => $at, message_group_uuid => $group,
			message => 'x', %named },
		{ pk => "GRP#$me", sk => $at, message_group_uuid => $group,
			message => 'x', user_display_name => 'P', user_handle => "p$n",
			user_uuid => $peer });
}
sub named ($name) {
	return grep { ($_->{user_uuid} // '') eq $me
		&& $_->{user_display_name} eq $name } $ddb->scan;
}

$dbh->do('UPDATE users SET display_name = ? WHERE uuid = ?', undef, 'Older', $me);
$dbh->do('INSERT INTO name_changes (user_uuid) VALUES (?)', undef, $me);
my $slow = Cruddur::Processor->start($stack, 'slow',
	AWS_ENDPOINT_URL_DYNAMODB => $faults->url);
wait_for { named('Older') } 'the older name to be on its way', 30;
is $stack->http->post('/api/profile/update', { display_name => 'Newer' },
	as => 'ulake')->{status}, 200, 'the newer one overtakes it';
wait_for { !named('First') } 'all to be written', 30;
$slow->end('TERM'); # with its turn
note named('Older') . ' rows are older, ' . named('Newer') . ' newer';
my $next = Cruddur::Processor->start($stack, 'next');
wait_for {
	named('Newer') == 12
	    && !$dbh->selectrow_array('SELECT count(*) FROM name_changes')
} 'the newer name to be everywhere', 90;
pass 'the newer one stays';
$next->end('TERM');
$faults->stop;
$stack->finish;
done_testing;
