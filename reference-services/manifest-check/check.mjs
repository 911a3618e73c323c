// Reads a JSON array of Kubernetes objects from standard input and checks each against Kubernetes' own OpenAPI schema.
// Prints a line for each problem. Exit code: 0 all well, 1 problems.
import { readFileSync } from "node:fs";

async function modelOf({ apiVersion, kind }) {
  const module = await import(`kubernetes-models/${apiVersion}/${kind}`);
  return module[kind] ?? module.default[kind];
}

async function problemOf(object) {
  try {
    const Model = await modelOf(object);
    new Model(object).validate();
    return null;
  } catch (error) {
    return error.message;
  }
}

let problems = 0;
for (const object of JSON.parse(readFileSync(0, "utf8"))) {
  const problem = await problemOf(object);
  if (problem === null) continue;
  problems += 1;
  console.log(`${object.kind} ${object.metadata?.name}: ${problem}`);
}
process.exit(problems === 0 ? 0 : 1);
