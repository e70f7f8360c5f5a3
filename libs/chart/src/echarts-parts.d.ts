/** The parts of ECharts that charts here are made of; its own index of parts would load all of them, twice as much. */
declare module 'echarts/lib/*' {
  import type { use } from 'echarts/core';
  export const install: Extract<Parameters<typeof use>[0], (...parameters: never[]) => unknown>;
}
