import { describeConformance } from './conformance.js';
import { describeStandInRecording } from './stand-in-recording.js';
import { Workplace } from './workplace.js';

const workplace = Workplace.forThisFile();
describeConformance(workplace);
describeStandInRecording(workplace);
