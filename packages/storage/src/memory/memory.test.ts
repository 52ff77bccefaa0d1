import { storageConformance } from '../conformance/index.ts'
import { openStorage } from '../registry.ts'

storageConformance({ name: 'memory', open: () => openStorage('memory:') })
