// Writes the recording in the package. It needs npm run build, npm run build:windows, and Wine.
import { writeFileSync } from 'node:fs';
import { findStandInRecording } from '../../src/conformance/token-binding/stand-in-recording.js';
import { recordStandIn } from './stand-in-recording.js';
import { Workplace } from './workplace.js';

const workplace = new Workplace();
try {
  await workplace.start();
  writeFileSync(findStandInRecording(), await recordStandIn(workplace));
  console.log(`wrote ${findStandInRecording()}`);
} finally {
  workplace.stop();
}
