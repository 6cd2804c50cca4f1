// template.js FILE...: CloudFormation templates against what Amazon's own CDK
// knows of each resource: its type, its properties (the unknown, the missing
// and the wrong), conditions, and all that is referred to. Prints what is
// wrong, "FILE: what" on a line.
const { createRequire } = require('node:module');
const { join } = require('node:path');

const from = createRequire(join(__dirname, '../emulators/package.json'));
const { App, CfnResource, Stack } = from('aws-cdk-lib');
const { CfnInclude } = from('aws-cdk-lib/cloudformation-include');

let wrong;

// The CDK passes on properties that it does not know: here they are faults.
CfnResource.prototype.addPropertyOverride = function (path) {
	wrong.push(`${this.cfnResourceType} has no property ${path}`);
};

function* attributes(value) {
	for (const [key, inner] of Object.entries(value ?? {})) {
		if (key === 'Fn::GetAtt')
			yield typeof inner === 'string' ? inner.split('.') : inner;
		else if (key === 'Fn::Sub')
			for (const [, id, name] of [inner].flat()[0]
			    .matchAll(/\$\{(\w+)\.([\w.]+)\}/g))
				yield [id, name];
		else if (typeof inner === 'object')
			yield* attributes(inner);
	}
}

function check(templateFile) {
	const app = new App({ analyticsReporting: false });
	const stack = new Stack(app, 'stack');
	const all = new CfnInclude(stack, 'all', { templateFile });
	for (const one of stack.node.findAll())
		if (one.constructor === CfnResource)
			wrong.push(`there is no type ${one.cfnResourceType}`);
	const { template } = app.synth().getStackByName('stack');
	for (const [id, name] of attributes(template))
		if (!(`attr${name}` in all.getResource(id)))
			wrong.push(`${id} has no attribute ${name}`);
}

for (const file of process.argv.slice(2)) {
	wrong = [];
	try {
		check(file);
	} catch (e) {
		wrong.push(e.message.replaceAll(/\s+/g, ' '));
	}
	for (const what of wrong)
		console.log(`${file}: ${what}`);
}
