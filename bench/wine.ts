import { join } from 'node:path';
import { windowsPath } from '../test/wine/prefix.js';
import { root, Workplace } from '../test/wine/workplace.js';

const workplace = new Workplace();
try {
  await workplace.start();
  const program = join(root, 'dist', 'bench', 'windows.js');
  const standIns = windowsPath(workplace.standIn('.'));
  const { status, output } = await workplace.runInNode('20.20.2', [program, standIns]);
  console.log(`${output}\nMeasured under Wine: Windows may differ.`);
  process.exitCode = status ?? 1;
} finally {
  workplace.stop();
}
