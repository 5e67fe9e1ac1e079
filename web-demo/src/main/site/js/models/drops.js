import { $ } from '../base/dom.js';

const MAGIC = 'GGUF';

/** Whether a file is a model, by its first bytes or its name. */
async function isModel(file) {
  return file.name.toLowerCase().endsWith('.gguf') || await file.slice(0, MAGIC.length).text() === MAGIC;
}

/**
 * Takes files that are dropped on the page.
 *
 * @param {{ models: (files: File[]) => void, documents: (files: File[]) => void }} take
 */
export function acceptDrops(take) {
  const hasFiles = (event) => [...event.dataTransfer.types].includes('Files');
  addEventListener('dragover', (event) => {
    if (hasFiles(event)) {
      event.preventDefault();
      $('drop').hidden = false;
    }
  });
  addEventListener('dragleave', (event) => {
    if (!event.relatedTarget) {
      $('drop').hidden = true;
    }
  });
  addEventListener('drop', async (event) => {
    if (hasFiles(event)) {
      event.preventDefault();
      $('drop').hidden = true;
      const files = [...event.dataTransfer.files];
      const kinds = await Promise.all(files.map(isModel));
      const models = files.filter((_, i) => kinds[i]);
      const documents = files.filter((_, i) => !kinds[i]);
      if (models.length > 0) {
        take.models(models);
      }
      if (documents.length > 0) {
        take.documents(documents);
      }
    }
  });
}
