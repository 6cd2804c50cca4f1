#!/usr/bin/perl
# aws/template.yaml: fit for CloudFormation, as far as Amazon's CDK can tell,
# and what the stream needs of the mapping and of the function's rights.
use v5.36;
use Test::More;
use File::Temp qw(tempdir);
use JSON::PP ();
use Cruddur::Stack qw(slurp);

my $dir = tempdir(CLEANUP => 1);
my $template = slurp('aws/template.yaml');

# Faults, each of which is to be found.
my @cases = (
	['a property of no type', qr/MaximumRetryAttempts/, 'Retries',
		qr/EventSourceMapping has no property Retries/],
	['one deep inside', qr/StreamViewType/, 'View',
		qr/Table has no property StreamSpecification\.View/],
	['a text for a number', qr/BatchSize: 100/, 'BatchSize: many',
		qr/batchSize: "many" should be a number/],
	['a list for a text', qr/NEW_IMAGE/, '[NEW_IMAGE]',
		qr/streamViewType: .* should be a string/],
	['a property that lacks', qr/ +Role: !GetAtt Role.Arn\n/, '',
		qr/Function\b.*missing required property: role/],
	['a resource of no type', qr/AWS::SQS::Queue/, 'AWS::SQS::Kew',
		qr/no type AWS::SQS::Kew/],
	['an unknown condition', qr/Condition: HasVpc/, 'Condition: HasVPC',
		qr/'HasVPC' that doesn't exist/],
	['an unknown parameter', qr/Ref RouteTableIds/, 'Ref RouteTables',
		qr/'RouteTables' not found/],
	['an unknown attribute', qr/GetAtt Table.StreamArn/, 'GetAtt Table.Stream',
		qr/Table has no attribute Stream$/m],
);

# Each fault in a copy of its own; all are read at once.
sub write_copy ($n, $from, $to) {
	my $text = $template;
	$text =~ s/$from/$to/ or die "$from is not in the template";
	open my $out, '>', "$dir/$n.yaml" or die $!;
	print $out $text;
	close $out or die $!;
	return "$dir/$n.yaml";
}

my @copies = map { write_copy($_, $cases[$_]->@[1, 2]) } 0 .. $#cases;
my %wrong;
for (qx(node t/aws/template.js aws/template.yaml @copies 2>&1)) {
	my ($file, $what) = /^(\S+): (.*)/s or die $_;
	$wrong{$file} .= $what;
}
is($wrong{'aws/template.yaml'} // '', '', 'the template is good');
like($wrong{ $copies[$_] }, $cases[$_][3], "found: $cases[$_][0]")
    for 0 .. $#cases;

# What AWS cannot know that we need.
my ($mapping) = $template =~ /^  Mapping:\n(.*?)\n\n/ms;
like($mapping, $_, "the mapping: $_") for qr/^ +BatchSize: 100$/m,
    qr/^ +BisectBatchOnFunctionError: true$/m,
    qr/^ +FunctionResponseTypes: \[ReportBatchItemFailures\]$/m,
    qr/^ +MaximumRetryAttempts: 5$/m, qr/^ +OnFailure:$/m,
    qr/^ +StartingPosition: TRIM_HORIZON$/m;
my ($role) = $template =~ /^  Role:\n(.*?)\n\n/ms;
my $policy = JSON::PP->new->decode(slurp('aws/stream-policy.json'));
my ($moves) = grep { $_->{Sid} eq 'MoveInboxRows' } $policy->{Statement}->@*;
like($role, qr/^ +- \Q$_\E$/m, "the function has $_")
    for $moves->{Action}->@*;

done_testing;
