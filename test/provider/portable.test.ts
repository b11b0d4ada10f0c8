import { MemoryKeyStore, open } from '../../src/index.js';
import { describeArguments } from './arguments.js';
import { describeGeneration } from './generation.js';
import { describeHostileObjects } from './hostile.js';
import { describeVectors } from './vectors.js';
import { describeVerification } from './verification.js';

const portable = () => open({ provider: 'portable', keyStore: new MemoryKeyStore() });

describeVectors('portable', portable);
describeVerification('portable', portable);
describeGeneration('portable', portable);
describeArguments('portable', portable);
describeHostileObjects('portable', portable);
