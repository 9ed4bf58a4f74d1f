import { stopProcess } from './processes.ts';
import { clearState, owner, startState, testState } from './state.ts';

for (const directory of [startState, testState]) {
  const running = owner(directory);
  // The tests of a run that is under way end by themselves.
  if (running && directory === testState) continue;
  if (running) {
    console.log(`Stopping the control plane (pid ${running.pid}).`);
    await stopProcess(running, 'SIGTERM', 60);
  }
  await clearState(directory);
}
console.log('Nothing of it runs any more.');
