#!/usr/bin/perl
# A new name reaches an inbox row that the index does not show yet, and which
# lies at another time than one's own row.
use v5.36;
use Test::More;
use Cruddur::Faults;
use Cruddur::Stack qw(wait_for);

my $stack = Cruddur::Stack->start(only => [qw(postgres dynamodb cognito)]);
my $faults = Cruddur::Faults->start(upstream => $stack->{ports}[4], seed => 1);
$faults->set('blind');
$stack->write_settings({ AWS_ENDPOINT_URL_DYNAMODB => $faults->url });
$stack->go(qw(api nginx));
my $ddb = $stack->ddb;

# As where another conversation's row had this one's time.
my $inbox = 'GRP#' . $stack->uuid('bayko');
my ($row) = $ddb->query($inbox);
my $later = $row->{sk} =~ s/\.\d{6}/.000001/r;
isnt $later, $row->{sk}, 'a time of its own';
$ddb->delete($inbox, $row->{sk});
$ddb->put({ %$row, sk => $later, last_message_at => $row->{sk} });

my $r = $stack->http->post('/api/profile/update',
    { display_name => 'Andrew the Late' }, as => 'andrewbrown');
is $r->{status}, 200, 'renamed';
wait_for { !$stack->dbh->selectrow_array('SELECT count(*) FROM name_changes') }
    'the note to be taken away';
is $ddb->get($inbox, $later)->{user_display_name}, 'Andrew the Late',
    'the row bears the new name';
$faults->stop;
$stack->finish;
done_testing;
