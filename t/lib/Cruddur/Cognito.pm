package Cruddur::Cognito;

# In front of cognito-local: answers the calls that it has not, or cannot be
# made to fail in, as AWS documents them; passes all others on. Start it before
# the stack whose server is to use it.
#
#     my $cognito = Cruddur::Cognito->start;
#     my $stack = Cruddur::Stack->start(settings => $cognito->settings);
#     $cognito->in_front_of($stack);
#     $cognito->fails(SignUp => 'InvalidPasswordException', 'too short');
#     $cognito->answers(InitiateAuth => { ChallengeName => 'SMS_MFA' });
#     $cognito->passes('SignUp');           # on to cognito-local again
#     $cognito->calls('SignUp')             # how many there were
#     $cognito->last('SignUp')              # what the last one asked
#     $cognito->call(AdminGetUser => {...}) # straight to cognito-local

use v5.36;
use File::Temp qw(tempdir);
use HTTP::Tiny;
use JSON::PP ();
use Cruddur::Issuer ();
use Cruddur::Site;
use Cruddur::Stack qw(slurp);

my $json = JSON::PP->new->utf8->canonical;

sub start ($class) {
	my $self = bless { dir => tempdir(CLEANUP => 1) }, $class;
	$self->{site} =
	    Cruddur::Site->start(sub ($request) { $self->answer($request) });
	return $self;
}

sub settings ($self) {
	return {
		AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER => $self->{site}->url,
	};
}

sub in_front_of ($self, $stack) {
	$self->{stack} = $stack;
	return $self->put(real => "http://127.0.0.1:$stack->{ports}[5]");
}

sub put ($self, $name, $text) {
	my $new = "$self->{dir}/new.$$";
	open my $out, '>', $new or die $!;
	print $out $text;
	close $out or die $!;
	rename $new, "$self->{dir}/$name" or die $!;
	return;
}

sub answers ($self, $operation, $body, $status = 200) {
	return $self->put("answer.$operation",
		$json->encode({ status => $status, body => $body }));
}

sub fails ($self, $operation, $type, $message = $type, $status = 400) {
	return $self->answers($operation,
		{ __type => $type, message => $message }, $status);
}

sub passes ($self, $operation) {
	unlink "$self->{dir}/answer.$operation";
	return;
}

sub calls ($self, $operation) {
	return (-s "$self->{dir}/calls.$operation") // 0;
}

sub last ($self, $operation) {
	return $json->decode(slurp("$self->{dir}/last.$operation"));
}

sub answer ($self, $request) {
	my ($operation) = ($request->{headers}{'x-amz-target'} // '') =~ /\.(\w+)$/
	    or return (400, 'text/plain', 'no operation');
	Cruddur::Issuer::append("$self->{dir}/calls.$operation", 'x');
	$self->put("last.$operation", $request->{content});
	my $scripted = "$self->{dir}/answer.$operation";
	if (-e $scripted) {
		my $answer = $json->decode(slurp($scripted));
		return ($answer->{status}, 'application/x-amz-json-1.1',
			$json->encode($answer->{body}));
	}
	my $r = pass_on(slurp("$self->{dir}/real"), $operation,
		$request->{content});
	return ($r->{status}, 'application/x-amz-json-1.1', $r->{content});
}

sub pass_on ($url, $operation, $content) {
	return HTTP::Tiny->new(timeout => 30)->post($url, { headers => {
		'Content-Type' => 'application/x-amz-json-1.1',
		'X-Amz-Target' => "AWSCognitoIdentityProviderService.$operation",
	}, content => $content });
}

# A call of the test's own, straight to cognito-local; dies if it fails.
sub call ($self, $operation, $body) {
	my $r = pass_on(slurp("$self->{dir}/real"), $operation,
		$json->encode($body));
	die "$operation: $r->{status} $r->{content}" if $r->{status} != 200;
	return $json->decode($r->{content} || '{}');
}

1;
