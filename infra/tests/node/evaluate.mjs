// Evaluates IAM requests: a JSON array of simulations comes in by standard input, the array of their results goes out.
// A process of its own, because the evaluator is AGPL. It is installed in target/infra-tests (`make setup`).
import { createRequire } from 'node:module'
import { text } from 'node:stream/consumers'

const { runSimulation } = createRequire(`${process.argv[2]}/`)('@cloud-copilot/iam-simulate')

const results = []
for (const simulation of JSON.parse(await text(process.stdin))) {
  const { errors, overallResult } = await runSimulation(simulation, { simulationMode: 'Strict' })
  results.push(errors ? { errors } : { result: overallResult })
}
console.log(JSON.stringify(results))
