"""What does each screen need of the records? One question is answered from one view of them."""
